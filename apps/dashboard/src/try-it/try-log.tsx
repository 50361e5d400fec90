'use client';

import { useEffect, useRef } from 'react';
import { formatTimeOfDay } from '@/format/times.ts';
import { SectionHeading } from '@/interface/heading.tsx';
import type { TryLine } from './try-lines.ts';

const SIGNS = { told: '·', received: '←', sent: '→', failed: '!' };
const COLOURS = { told: 'text-quiet', received: 'text-online', sent: '', failed: 'text-accent' };

/** What happened, newest last and in sight. */
export function TryLog({ lines }: { lines: readonly TryLine[] }) {
  const end = useRef<HTMLLIElement>(null);
  const newest = lines.at(-1)?.number;
  useEffect(() => {
    // Where it answers with a promise, that is no way to end the effect.
    void end.current?.scrollIntoView({ block: 'nearest' });
  }, [newest]);
  return (
    <section aria-label="What happened" className="flex min-w-0 flex-col gap-2">
      <SectionHeading>What happened</SectionHeading>
      <ol
        tabIndex={0}
        aria-live="polite"
        aria-label="What happened"
        className="h-[min(560px,60dvh)] overflow-y-auto border-y border-hairline py-1 text-[13px]"
      >
        {lines.map((line, index) => (
          <li
            key={line.number}
            ref={index === lines.length - 1 ? end : undefined}
            data-testid={`try-${line.kind}`}
            className={`grid grid-cols-[64px_16px_minmax(0,1fr)] gap-x-2 py-0.5 ${COLOURS[line.kind]}`}
          >
            <time className="text-quiet tabular-nums" dateTime={new Date(line.at).toISOString()}>
              {formatTimeOfDay(new Date(line.at).toISOString())}
            </time>
            <span aria-hidden="true">{SIGNS[line.kind]}</span>
            <span className="min-w-0 break-words">
              {line.text}
              {line.topic !== undefined && <span className="font-mono"> {line.topic}</span>}
              {line.payload !== undefined && <span className="font-mono">: {line.payload}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
