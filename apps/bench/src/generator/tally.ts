/** What one subscriber received of one stream: which numbers, how often, in which order. */
export class Tally {
  /** How often each number came; stops counting at 255. */
  readonly seen: Uint8Array;
  /** Numbers that came at least once. */
  distinct = 0;
  repeated = 0;
  /** Numbers that came for the first time after a greater one. */
  outOfOrder = 0;
  private greatest = -1;

  constructor(messages: number) {
    this.seen = new Uint8Array(messages);
  }

  /** @returns false when the stream has no such number */
  note(number: number): boolean {
    if (number >= this.seen.length) return false;
    const times = this.seen[number];
    if (times === 0) {
      this.distinct++;
      if (number < this.greatest) this.outOfOrder++;
      else this.greatest = number;
    } else this.repeated++;
    if (times < 255) this.seen[number] = times + 1;
    return true;
  }
}
