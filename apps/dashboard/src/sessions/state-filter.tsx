import { type Overview } from '@restante/api-client';
import { formatCount } from '@/format/numbers.ts';
import { type SessionState } from './sessions.ts';

interface StateFilterProps {
  current: SessionState | undefined;
  /** undefined: the numbers are not known yet. */
  overview: Overview | undefined;
  onChange: (state: SessionState | undefined) => void;
}

export function StateFilter({ current, overview, onChange }: StateFilterProps) {
  const { onlineSessions: online = 0, offlineSessions: offline = 0 } = overview ?? {};
  const choices = [
    { state: undefined, name: 'All', count: online + offline },
    { state: 'online', name: 'Online', count: online },
    { state: 'offline', name: 'Offline', count: offline },
  ] as const;
  return (
    <div role="group" aria-label="State" className="flex text-[13px]">
      {choices.map(({ state, name, count }) => (
        <button
          key={name}
          type="button"
          aria-pressed={state === current}
          onClick={() => onChange(state)}
          className={`-ml-px h-8 border px-3 first:ml-0 ${state === current ? 'border-ink bg-ink text-paper' : 'border-frame bg-raised hover:bg-sunken'}`}
        >
          {name}{' '}
          <span className={`tabular-nums ${state === current ? '' : 'text-quiet'}`}>
            {overview === undefined ? '' : formatCount(count)}
          </span>
        </button>
      ))}
    </div>
  );
}
