import type { LiveSession } from '@/live/live-session.ts';

/** As many as a list of what is urgent shows. */
export const MOST_URGENT = 8;

export interface Urgent {
  session: LiveSession;
  /** What makes it urgent, in the list's own measure. */
  measure: number;
}

/**
 * The sessions with the greatest measure, greatest first; those that measure 0 or less are not urgent. Looks at each
 * session once: there may be 50,000.
 */
export function mostUrgent(
  sessions: Iterable<LiveSession>,
  measureOf: (session: LiveSession) => number,
): Urgent[] {
  const found: Urgent[] = [];
  for (const session of sessions) {
    const measure = measureOf(session);
    if (measure <= 0 || (found.length === MOST_URGENT && measure <= found[MOST_URGENT - 1].measure)) continue;
    const place = found.findIndex((other) => other.measure < measure);
    found.splice(place === -1 ? found.length : place, 0, { session, measure });
    if (found.length > MOST_URGENT) found.pop();
  }
  return found;
}

const HALF = 0.5;

/** How full a queue is, from half of its limit on. */
export function fullness({ queuedMessages, maxQueuedMessages }: LiveSession): number {
  const share = queuedMessages / maxQueuedMessages;
  return share >= HALF ? share : 0;
}

/** Of a session with messages: greater, the sooner it takes them with it. `now`: ms since the epoch */
export function nearnessOfEnd({ expiresAt, queuedMessages }: LiveSession, now: number): number {
  if (expiresAt === null || queuedMessages === 0) return 0;
  return 1 / Math.max(1, expiresAt - now);
}
