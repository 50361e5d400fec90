'use client';

import { useSyncExternalStore } from 'react';
import { currentToasts, dismiss, subscribeToToasts } from './toasts.ts';

const NONE: ReturnType<typeof currentToasts> = [];

/** Shows the toasts; once a page. Screen readers hear them as they come. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToToasts, currentToasts, () => NONE);
  return (
    <ol
      aria-live="polite"
      aria-label="What was done"
      className="fixed right-4 bottom-4 z-40 flex w-80 max-w-[calc(100vw-32px)] flex-col gap-2"
    >
      {toasts.map(({ id, text, isFailure }) => (
        <li
          key={id}
          data-testid="toast"
          className={`flex items-start justify-between gap-3 rounded-xs border bg-raised py-2 pr-2 pl-3 text-[13px] shadow-[0_4px_16px_rgb(0_0_0/0.12)] ${isFailure ? 'border-accent text-accent' : 'border-frame text-ink'}`}
        >
          <span className="min-w-0 break-words">{text}</span>
          <button type="button" className="door shrink-0 text-xs text-quiet" onClick={() => dismiss(id)}>
            Close
          </button>
        </li>
      ))}
    </ol>
  );
}
