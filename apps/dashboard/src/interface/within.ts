const HOUR = 3_600;

/** How far back a list goes: a length of time in seconds, as the address has it. */
export const WITHIN = [
  { value: '', name: 'any time' },
  { value: String(HOUR), name: 'last hour' },
  { value: String(24 * HOUR), name: 'last day' },
  { value: String(7 * 24 * HOUR), name: 'last 7 days' },
];

/** The ISO 8601 time from which on something is wanted; `now` in ms since the epoch. undefined: from the beginning. */
export function sinceOf(within: string | undefined, now: number): string | undefined {
  const seconds = Number(within);
  return seconds > 0 && seconds * 1_000 < now ? new Date(now - seconds * 1_000).toISOString() : undefined;
}
