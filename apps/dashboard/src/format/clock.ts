/** A `Date` header has whole seconds, and takes a while: what differs by less is no other time. */
const TOLERANCE_MS = 5_000;

let aheadMs = 0;

/**
 * Milliseconds since the epoch by the server's clock, as far as its answers have told it: what it says of its sessions
 * is compared with this. A reader's own clock may be hours off.
 */
export function currentTime(): number {
  return Date.now() + aheadMs;
}

/** @param date - the `Date` header of an answer that has just come, or null */
export function noteServerTime(date: string | null): void {
  const ahead = Date.parse(date ?? '') - Date.now();
  if (!Number.isNaN(ahead)) aheadMs = Math.abs(ahead) < TOLERANCE_MS ? 0 : ahead;
}
