/** Of a piece of a log, the sequence numbers that are wanted; the others are superseded. */
export class Selection {
  private position = 0;

  constructor(
    readonly from: number,
    readonly to: number,
    /** Ascending. */
    private readonly wanted: readonly number[],
    /** How many of the others wait and were not skipped yet. */
    public superseded: number,
    /** How many of these were the newest of their topics, and too many. */
    public beyondLimit: number,
  ) {}

  /** The first that is wanted at or after `sequence`, whatever was asked before; beyond `to` everything is. */
  wantedFrom(sequence: number): number {
    if (sequence > this.to) return sequence;
    let low = 0;
    let high = this.wanted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.wanted[middle] < sequence) low = middle + 1;
      else high = middle;
    }
    return this.wanted[low] ?? this.to + 1;
  }

  /** The first that is wanted at or after `sequence`, which must not be less than at the last call; `to` + 1: none. */
  firstFrom(sequence: number): number {
    while (this.position < this.wanted.length && this.wanted[this.position] < sequence) this.position++;
    return this.wanted[this.position] ?? this.to + 1;
  }
}
