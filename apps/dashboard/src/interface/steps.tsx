import type { ReactNode } from 'react';

export interface Step {
  name: string;
  isDone: boolean;
  children?: ReactNode;
}

/** What to do one after another: the first that is not done is the present one. */
export function Steps({ label, steps }: { label: string; steps: Step[] }) {
  const present = steps.findIndex(({ isDone }) => !isDone);
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map(({ name, isDone, children }, index) => (
        <li
          key={name}
          aria-current={index === present ? 'step' : undefined}
          className="grid grid-cols-[24px_minmax(0,1fr)] border-b border-hairline py-2 text-[13px]"
        >
          <span className={`tabular-nums ${isDone ? 'text-online' : 'text-quiet'}`}>
            <span aria-hidden="true">{isDone ? '✓' : index + 1}</span>
          </span>
          <div className="min-w-0">
            <p className={index === present ? 'font-medium' : 'text-quiet'}>
              {name}
              {isDone && <span className="sr-only">, done</span>}
            </p>
            {index === present && children}
          </div>
        </li>
      ))}
    </ol>
  );
}
