'use client';

import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';

const BOX = 'h-8 w-full rounded-xs border bg-raised px-2 text-[13px] text-ink placeholder:text-quiet';

interface Told {
  label: string;
  /** Says what is expected, before anything is wrong. */
  hint?: string;
  /** Takes the hint's place. */
  error?: string;
}

export function TextField({
  label,
  hint,
  error,
  className = '',
  ...rest
}: Told & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-told`}
        className={`${BOX} ${error === undefined ? 'border-frame' : 'border-accent'} ${className}`}
        {...rest}
      />
    </Labelled>
  );
}

export function ChoiceField({ label, hint, error, ...rest }: Told & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <select id={id} aria-describedby={`${id}-told`} className={`${BOX} border-frame`} {...rest} />
    </Labelled>
  );
}

/** The line below the box is always there, so that an error moves nothing. */
export function Labelled({ id, label, hint, error, children }: Told & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-[13px] font-medium">
        {label}
      </label>
      {children}
      <p
        id={`${id}-told`}
        role={error === undefined ? undefined : 'alert'}
        className={`min-h-4 text-xs leading-4 ${error === undefined ? 'text-quiet' : 'text-accent'}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
