export interface Mark {
  sequence: number;
  receiptId: number;
}

/** Which messages of a log have a receipt, ascending. */
export class Marks {
  private marks: Mark[] = [];

  get isEmpty(): boolean {
    return this.marks.length === 0;
  }

  /** Mostly at the end. */
  add(sequence: number, receiptId: number): void {
    this.marks.splice(this.indexOf(sequence), 0, { sequence, receiptId });
  }

  /** Mostly the first. */
  remove(receiptId: number): void {
    if (this.marks[0]?.receiptId === receiptId) this.marks.shift();
    else this.marks = this.marks.filter((mark) => mark.receiptId !== receiptId);
  }

  within(from: number, to: number): Mark[] {
    const first = this.indexOf(from);
    let end = first;
    while (end < this.marks.length && this.marks[end].sequence <= to) end++;
    return this.marks.slice(first, end);
  }

  /** Of the first at or after `sequence`. */
  private indexOf(sequence: number): number {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.marks[middle].sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
