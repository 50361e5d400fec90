import { type Session } from '@restante/api-client';
import { isOverflowing, queueLevel } from '@/sessions/queue-level.ts';
import { secondsUntil } from '@/format/times.ts';

export const CELL_WIDTH = 16;
export const CELL_HEIGHT = 20;
const NOTCH = 6;
const INSIDE = { x: 2, y: 2, width: CELL_WIDTH - 4, height: CELL_HEIGHT - 4 };
const INSIDE_NOTCHED = { ...INSIDE, y: 2 + NOTCH, height: CELL_HEIGHT - 4 - NOTCH };

/** "Soon": an operator who looks now could still do something about it. */
const SOON_SECONDS = 600;

const BOX = `M.5 .5H${CELL_WIDTH - 0.5}V${CELL_HEIGHT - 0.5}H.5Z`;
const NOTCHED_BOX = `M.5 .5H${CELL_WIDTH - NOTCH - 0.5}L${CELL_WIDTH - 0.5} ${NOTCH + 0.5}V${CELL_HEIGHT - 0.5}H.5Z`;

export type CellSession = Pick<Session, 'state' | 'queuedMessages' | 'maxQueuedMessages' | 'expiresAt'>;

/** A pigeonhole: frame by state, fill by the queue's level, a notch when it expires soon, hatched when it overflows. */
export function Cell({
  session: { state, queuedMessages, maxQueuedMessages, expiresAt },
  now,
}: {
  session: CellSession;
  now: number;
}) {
  const isFull = isOverflowing(queuedMessages, maxQueuedMessages);
  const isExpiring = expiresAt !== null && secondsUntil(expiresAt, now) < SOON_SECONDS;
  return (
    <>
      <path
        d={isExpiring ? NOTCHED_BOX : BOX}
        className={`fill-raised ${isFull ? 'stroke-warning' : state === 'online' ? 'stroke-ink' : 'stroke-frame'}`}
        strokeDasharray={state === 'online' ? undefined : '2 2'}
      />
      <rect
        {...(isExpiring ? INSIDE_NOTCHED : INSIDE)}
        className={`level ${isFull ? '' : 'fill-fill'}`}
        fill={isFull ? 'url(#overflow-hatch)' : undefined}
        style={{ transform: `scaleY(${queueLevel(queuedMessages, maxQueuedMessages)})` }}
      />
    </>
  );
}

/** Patterns that cells refer to; once a page. */
export function CellPatterns() {
  return (
    <svg width="0" height="0" className="absolute" aria-hidden="true">
      <defs>
        <pattern
          id="overflow-hatch"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="2" height="4" className="fill-warning" />
        </pattern>
      </defs>
    </svg>
  );
}
