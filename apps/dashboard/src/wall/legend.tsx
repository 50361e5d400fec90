import { Cell, CELL_HEIGHT, CELL_WIDTH, type CellSession } from './cell.tsx';

const LIMIT = 1_000;
const quiet: CellSession = { state: 'offline', queuedMessages: 0, maxQueuedMessages: LIMIT, expiresAt: null };

const SAMPLES: { name: string; session: CellSession }[] = [
  { name: 'online', session: { ...quiet, state: 'online' } },
  { name: 'offline', session: quiet },
  { name: 'messages wait (logarithmic)', session: { ...quiet, queuedMessages: 40 } },
  { name: 'queue at its limit', session: { ...quiet, queuedMessages: LIMIT } },
  { name: 'expires within 10 min', session: { ...quiet, expiresAt: new Date(0).toISOString() } },
];

/** What the cells' frames and fills mean. */
export function Legend() {
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-2 text-xs text-quiet">
      {SAMPLES.map(({ name, session }) => (
        <li key={name} className="flex items-center gap-2">
          <svg width={CELL_WIDTH} height={CELL_HEIGHT} aria-hidden="true">
            <Cell session={session} now={0} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
