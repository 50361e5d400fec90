'use client';

import type { FormEvent, ReactNode } from 'react';
import { Button } from './button.tsx';
import { FailureNote } from './failure-note.tsx';

interface FormFrameProps {
  /** The verb on the button, and the form's name: "Create policy". */
  action: string;
  /** What is there may be sent. */
  isReady: boolean;
  isPending: boolean;
  /** Unless a field tells it. */
  error: Error | null;
  onSubmit: () => void;
  onCancel: () => void;
  /** What it will do, beside the buttons. */
  note?: ReactNode;
  /** Where it stands: between hairlines, if left out. */
  className?: string;
  children: ReactNode;
}

/** Fields that are sent together. What stands in them is checked by the server. */
export function FormFrame({
  action,
  isReady,
  isPending,
  error,
  onSubmit,
  onCancel,
  note,
  className = 'mb-6 border-y border-hairline py-4',
  children,
}: FormFrameProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !isPending) onSubmit();
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label={action}
      className={`flex flex-col items-stretch gap-3 ${className}`}
    >
      {children}
      <FailureNote error={error} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="ink" disabled={!isReady || isPending}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
        {note !== undefined && <p className="text-xs text-quiet">{note}</p>}
      </div>
    </form>
  );
}
