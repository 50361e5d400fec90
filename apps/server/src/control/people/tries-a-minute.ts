const MINUTE_MS = 60_000;
const MAX_KEYS = 10_000;

/** Allows each key so many tries a minute. Bounded: with too many keys in one minute all count together. */
export class TriesAMinute {
  private readonly counts = new Map<string, number>();
  private minute = 0;

  constructor(private readonly limit: number) {}

  /** @returns false when the key has had its tries */
  take(key: string): boolean {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (minute !== this.minute) this.counts.clear();
    this.minute = minute;
    const counted = this.counts.has(key) || this.counts.size < MAX_KEYS ? key : '';
    const count = (this.counts.get(counted) ?? 0) + 1;
    this.counts.set(counted, count);
    return count <= this.limit;
  }
}
