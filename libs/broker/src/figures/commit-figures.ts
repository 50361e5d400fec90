import { Histogram } from './histogram.ts';

const DURATIONS_MS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
const SIZES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
const PIECE_MS = 10_000;

/** How group commit goes: noted once a batch, whatever number of messages it has. */
export class CommitFigures {
  /** From when a batch was handed to the store until it was durable, tries and pauses included. */
  readonly durationsMs = new Histogram(DURATIONS_MS);
  /** Log entries in a batch; 0: it was of other things, such as cursors. */
  readonly sizes = new Histogram(SIZES);
  /** Tries that came to nothing. */
  failures = 0;
  /** Log entries that were acknowledged by all before they were written, and never were. */
  cancelled = 0;
  /** When the batch under way was handed over, by `performance.now()`; null: none is. */
  private begunAt: number | null = null;
  private pieceFrom = performance.now();

  begin(): void {
    this.begunAt = performance.now();
  }

  end(entries: number): void {
    this.durationsMs.observe(this.underWayMs);
    this.sizes.observe(entries);
    this.begunAt = null;
  }

  /** For how long the batch under way has been waited for; 0: none is under way. */
  get underWayMs(): number {
    return this.begunAt === null ? 0 : performance.now() - this.begunAt;
  }

  /** Called about once a second. */
  tick(): void {
    if (performance.now() - this.pieceFrom < PIECE_MS) return;
    this.pieceFrom = performance.now();
    this.durationsMs.endPiece();
    this.sizes.endPiece();
  }
}
