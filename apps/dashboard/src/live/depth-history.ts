/** Samples kept of each queue: at one every two seconds, the last minute. */
export const SAMPLES = 30;

/**
 * The depths that queues had lately. A sample is one array with the depth of every slot, so that taking one of 50,000
 * queues is a copy of 200 KB.
 */
export class DepthHistory {
  private samples: Uint32Array[] = [];

  /** Keeps the present depths, and forgets the oldest sample when there are {@link SAMPLES}. */
  take(depths: Uint32Array): void {
    if (this.samples.length === SAMPLES) this.samples.shift();
    this.samples.push(depths.slice());
  }

  forget(): void {
    this.samples = [];
  }

  /** The slot has another session from now on: what it was before is not its past. */
  begin(slot: number, depth: number): void {
    for (const sample of this.samples) if (slot < sample.length) sample[slot] = depth;
  }

  /** The oldest sample of a slot, which it takes no list to find. */
  oldest(slot: number, present: number): number {
    return this.samples[0]?.[slot] ?? present;
  }

  /** Oldest first, `present` last. */
  of(slot: number, present: number): number[] {
    const past = this.samples.map((sample) => (slot < sample.length ? sample[slot] : present));
    return [...past, present];
  }
}
