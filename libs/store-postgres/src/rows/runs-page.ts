import type { StoredEntry, StoredPage } from '@restante/broker';
import { RunReader, type StoredRun } from './run-reader.ts';

/** A page of a log: the runs that were read of it, in order. */
export class RunsPage implements StoredPage {
  length = 0;
  bytes = 0;
  private readonly runs: { start: number; reader: RunReader }[] = [];
  /** Where the last entry was found: the next one is near. */
  private near = 0;

  /** Until a run is added the page says: nothing is there. */
  constructor(
    private readonly from: number,
    private readonly to: number,
    public coversTo: number = to,
  ) {}

  add(run: StoredRun & { lastSequence: number }): void {
    const reader = new RunReader(run, this.from, this.to);
    this.runs.push({ start: this.length, reader });
    this.length += reader.length;
    this.bytes += run.data.length + run.places.length;
    this.coversTo = Math.min(this.to, run.lastSequence);
  }

  sequenceAt(index: number): number {
    const { start, reader } = this.runWith(index);
    return reader.sequenceAt(index - start);
  }

  entryAt(index: number): StoredEntry {
    const { start, reader } = this.runWith(index);
    return reader.entryAt(index - start);
  }

  private runWith(index: number): { start: number; reader: RunReader } {
    if (index < 0 || index >= this.length)
      throw new RangeError(`No entry ${index} in a page of ${this.length}`);
    while (index < this.runs[this.near].start) this.near--;
    while (index >= this.runs[this.near].start + this.runs[this.near].reader.length) this.near++;
    return this.runs[this.near];
  }
}
