/** A time as answers and the database take it: ISO 8601. @param time milliseconds since the epoch, or a Date */
export function toTime(time: number | Date | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
