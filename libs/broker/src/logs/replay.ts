import type { StoredEntry, StoredPage } from '../ports.ts';

/** What of a log was read from the store for one cursor that is behind the tail: a page, and the one after it. */
export class Replay {
  private page: StoredPage | null = null;
  private index = 0;
  /** The entry found last: it is asked for again until the cursor has moved on. */
  private entry: StoredEntry | null = null;
  private ahead: StoredPage | null = null;
  /** A read is under way. */
  isLoading = false;

  clear(): void {
    this.page = null;
    this.entry = null;
    this.ahead = null;
  }

  /**
   * The entry with this sequence number, which must not be less than at the last call.
   * @returns a number: nothing exists up to there; undefined: it must be read first
   */
  find(sequence: number): StoredEntry | number | undefined {
    while (this.page !== null && sequence > this.page.coversTo) this.turn();
    const { page } = this;
    if (page === null) return undefined;
    while (this.index < page.length && page.sequenceAt(this.index) < sequence) this.index++;
    if (this.index === page.length) return page.coversTo;
    const found = page.sequenceAt(this.index);
    if (found !== sequence) return found - 1;
    if (this.entry?.sequence !== sequence) this.entry = page.entryAt(this.index);
    return this.entry;
  }

  private turn(): void {
    this.page = this.ahead;
    this.entry = null;
    this.ahead = null;
    this.index = 0;
  }

  /**
   * Where a read should begin now, for a cursor that stands at `next` in a log whose stored part ends at `last`: at
   * once when nothing is there, ahead when half of the page is used. null: nowhere.
   */
  readFrom(next: number, last: number): number | null {
    const { page } = this;
    if (this.isLoading || this.ahead !== null) return null;
    if (page === null || next > page.coversTo) return next <= last ? next : null;
    const isHalfUsed = this.index >= page.length / 2;
    return isHalfUsed && page.coversTo < last ? page.coversTo + 1 : null;
  }

  /** A page read from `from`, for a cursor that stands at `next` by now; one that leaves a gap is not taken. */
  add(page: StoredPage, from: number, next: number): void {
    if (this.page !== null && next <= this.page.coversTo) {
      if (from === this.page.coversTo + 1) this.ahead = page;
    } else if (from <= next) {
      this.page = page;
      this.ahead = null;
      this.index = 0;
    }
  }
}
