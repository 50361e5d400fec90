const MINUTE_MS = 60_000;

/** "2026-11-27T14:05:09" in the reader's own time zone, as a field for times has it. @param at - ms since the epoch */
export function toLocalTime(at: number): string {
  const offset = new Date(at).getTimezoneOffset() * MINUTE_MS;
  return new Date(at - offset).toISOString().slice(0, 19);
}

/** The other way, in ms since the epoch. @returns undefined for what is no time */
export function fromLocalTime(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
