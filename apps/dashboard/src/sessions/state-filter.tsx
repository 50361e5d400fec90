import { formatCount } from '@/format/numbers.ts';
import type { LiveSession } from '@/live/live-session.ts';
import type { SessionStore } from '@/live/session-store.ts';

type State = LiveSession['state'] | undefined;

interface StateFilterProps {
  current: State;
  store: SessionStore;
  onChange: (state: State) => void;
}

export function StateFilter({ current, store, onChange }: StateFilterProps) {
  const { size, onlineCount } = store;
  const choices = [
    { state: undefined, name: 'All', count: size },
    { state: 'online', name: 'Online', count: onlineCount },
    { state: 'offline', name: 'Offline', count: size - onlineCount },
  ] as const;
  return (
    <div role="group" aria-label="State" className="flex text-[13px]">
      {choices.map(({ state, name, count }) => (
        <button
          key={name}
          type="button"
          aria-pressed={state === current}
          onClick={() => onChange(state)}
          className={`-ml-px h-8 border px-3 first:ml-0 first:rounded-l-xs last:rounded-r-xs ${state === current ? 'border-ink bg-ink text-paper' : 'border-frame bg-raised hover:bg-sunken'}`}
        >
          {name}{' '}
          <span className={`tabular-nums ${state === current ? '' : 'text-quiet'}`}>
            {formatCount(count)}
          </span>
        </button>
      ))}
    </div>
  );
}
