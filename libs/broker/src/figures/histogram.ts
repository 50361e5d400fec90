/** Of the recent past: so many pieces of about ten seconds. */
const KEPT_PIECES = 6;

/**
 * How many values fell into each of a few fixed buckets, since the start and over about the last minute. Counting one is
 * a short search and two additions.
 */
export class Histogram {
  /** The last one is of what is above every bound. */
  readonly counts: Float64Array;
  sum = 0;
  /** As the counts were at the ends of the last pieces, newest last. */
  private readonly kept: Float64Array[] = [];

  /** @param bounds the greatest values of the buckets, ascending */
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
    this.kept.push(this.counts.slice());
  }

  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.counts[bucket]++;
    this.sum += value;
  }

  /** How many values there were. */
  get count(): number {
    return sumOf(this.counts);
  }

  /** Ends a piece of the recent past: called about every ten seconds. */
  endPiece(): void {
    this.kept.push(this.counts.slice());
    if (this.kept.length > KEPT_PIECES) this.kept.shift();
  }

  /** What this share (0 to 1) of the recent values does not exceed, as exact as the buckets are; null: there were none. */
  recentQuantile(share: number): number | null {
    const { bounds } = this;
    const recent = this.counts.map((count, bucket) => count - this.kept[0][bucket]);
    const wanted = sumOf(recent) * share;
    if (wanted === 0) return null;
    let below = 0;
    for (let bucket = 0; bucket < bounds.length; bucket++) {
      const from = bucket === 0 ? 0 : bounds[bucket - 1];
      if (below + recent[bucket] >= wanted)
        return from + ((bounds[bucket] - from) * (wanted - below)) / recent[bucket];
      below += recent[bucket];
    }
    return bounds.at(-1)!;
  }

  /** How many values there were lately. */
  get recentCount(): number {
    return this.count - sumOf(this.kept[0]);
  }
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
