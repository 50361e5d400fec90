import type { LiveSession } from '@/live/live-session.ts';

interface StateMarkProps {
  state: LiveSession['state'];
  /** Nobody seems to come back for it. */
  isSuspect?: boolean;
}

/** A session's state by word, shape and hue: a full dot online, an open one offline, a broken one for an orphan suspect. */
export function StateMark({ state, isSuspect = false }: StateMarkProps) {
  const look =
    state === 'online'
      ? 'bg-online'
      : isSuspect
        ? 'border border-dashed border-frame'
        : 'border border-frame';
  return (
    <span
      data-testid="state"
      data-state={state}
      title={isSuspect ? 'Offline, and nobody seems to come back: orphan suspect' : undefined}
      className={`flex items-center gap-2 ${isSuspect ? 'text-quiet' : ''}`}
    >
      <span aria-hidden="true" className={`size-2 rounded-full ${look}`} />
      {isSuspect ? 'suspect' : state}
    </span>
  );
}
