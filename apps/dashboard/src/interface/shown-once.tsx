'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

interface ShownOnceProps {
  title: ReactNode;
  note: string;
  /** What to copy, by its name. */
  values: { name: string; value: string; testId: string }[];
  onClose: () => void;
}

/** What is shown when it is made and never again. Closing it is the last one sees of it. */
export function ShownOnce({ title, note, values, onClose }: ShownOnceProps) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => frame.current?.focus(), []);
  return (
    <section
      ref={frame}
      tabIndex={-1}
      aria-label="Shown once"
      data-testid="shown-once"
      className="mb-6 border border-ink bg-raised p-4"
    >
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h2 className="text-[15px] font-semibold break-words">{title}</h2>
          <p className="text-[13px] text-quiet">{note}</p>
        </div>
        <Button onClick={onClose}>I have it</Button>
      </div>
      <dl className="mt-3 grid grid-cols-[72px_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 text-[13px]">
        {values.map(({ name, value, testId }) => (
          <div key={name} className="contents">
            <dt className="text-quiet">{name}</dt>
            <dd className="font-mono break-all" data-testid={testId}>
              {value}
            </dd>
            <dd>
              <CopyButton text={value} label={`Copy: ${name}`} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
