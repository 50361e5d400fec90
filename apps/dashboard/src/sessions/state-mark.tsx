import { type LiveSession } from '@/live/live-session.ts';

/** A session's state by word, shape and hue: a full dot online, an open one offline. */
export function StateMark({ state }: { state: LiveSession['state'] }) {
  return (
    <span data-testid="state" data-state={state} className="flex items-center gap-2">
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${state === 'online' ? 'bg-online' : 'border border-frame'}`}
      />
      {state}
    </span>
  );
}
