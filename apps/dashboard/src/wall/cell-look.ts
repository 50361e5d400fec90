import { isOverflowing, queueLevel } from '../sessions/queue-level.ts';
import type { LiveSession } from '@/live/live-session.ts';

/** "Soon": an operator who looks now could still do something about it. */
const SOON_MS = 600_000;

/** Steps in which a fill rises. */
export const LEVELS = 24;

/** What beside its fill a cell shows; a cell has any of them. */
export const ONLINE = 1;
export const EXPIRING = 2;
export const OVERFLOWING = 4;
export const SUSPECT = 8;
/** Its queue has just become shorter. */
export const DRAINING = 16;
export const SELECTED = 32;
/** Not among those that are looked for. */
export const UNWANTED = 64;

const FLAG_BITS = 7;

/** Flags that come from the session alone. `now`: ms since the epoch. */
export function flagsOf(session: LiveSession, now: number): number {
  const { state, expiresAt, queuedMessages, maxQueuedMessages, isOrphanSuspect } = session;
  return (
    (state === 'online' ? ONLINE : 0) |
    (expiresAt !== null && expiresAt - now < SOON_MS ? EXPIRING : 0) |
    (isOverflowing(queuedMessages, maxQueuedMessages) ? OVERFLOWING : 0) |
    (isOrphanSuspect ? SUSPECT : 0)
  );
}

/** How high a cell is filled, 0 to {@link LEVELS}. One message shows. */
export function levelOf({ queuedMessages, maxQueuedMessages }: LiveSession): number {
  return queueLevel(queuedMessages, maxQueuedMessages) * LEVELS;
}

/** Everything that makes two cells look alike, in one number. */
export function lookKey(level: number, flags: number): number {
  return (Math.ceil(level) << FLAG_BITS) | flags;
}

export function levelOfKey(key: number): number {
  return key >> FLAG_BITS;
}

export function flagsOfKey(key: number): number {
  return key & ((1 << FLAG_BITS) - 1);
}
