/**
 * Disjoint ranges of whole numbers, ascending, both ends included. Made for sets that stay small and grow at
 * their upper end: acknowledgements out of order above a cursor's floor.
 */
export class Ranges {
  private readonly bounds: [from: number, to: number][] = [];
  private total = 0;

  constructor(ranges: Iterable<readonly [number, number]> = []) {
    for (const [from, to] of ranges) this.add(from, to);
  }

  /** How many numbers the set holds. */
  get count(): number {
    return this.total;
  }

  /** How many of them lie from `from` to `to`. */
  countWithin(from: number, to: number): number {
    let count = 0;
    for (let index = this.firstEndingAtOrAfter(from); index < this.bounds.length; index++) {
      const [start, end] = this.bounds[index];
      if (start > to) break;
      count += Math.min(end, to) - Math.max(start, from) + 1;
    }
    return count;
  }

  /** How many ranges the set is in. */
  get pieces(): number {
    return this.bounds.length;
  }

  get isEmpty(): boolean {
    return this.bounds.length === 0;
  }

  has(value: number): boolean {
    const range = this.bounds[this.firstEndingAtOrAfter(value)];
    return range !== undefined && range[0] <= value;
  }

  /** Adds `from` to `to`; what is there already stays. */
  add(from: number, to: number = from): void {
    const at = this.firstEndingAtOrAfter(from - 1);
    let end = at;
    let mergedFrom = from;
    let mergedTo = to;
    while (end < this.bounds.length && this.bounds[end][0] <= to + 1) {
      mergedFrom = Math.min(mergedFrom, this.bounds[end][0]);
      mergedTo = Math.max(mergedTo, this.bounds[end][1]);
      this.total -= this.bounds[end][1] - this.bounds[end][0] + 1;
      end++;
    }
    this.bounds.splice(at, end - at, [mergedFrom, mergedTo]);
    this.total += mergedTo - mergedFrom + 1;
  }

  /** Removes `from` to `to`, as far as they are there. */
  remove(from: number, to: number): void {
    const ranges = this.bounds.splice(0);
    this.total = 0;
    for (const [start, end] of ranges) {
      if (start < from) this.add(start, Math.min(end, from - 1));
      if (end > to) this.add(Math.max(start, to + 1), end);
    }
  }

  /** Removes everything up to `value`, and the range that follows it without a gap; returns where that ends. */
  absorb(value: number): number {
    let floor = value;
    while (this.bounds.length > 0 && this.bounds[0][0] <= floor + 1) {
      const [from, to] = this.bounds.shift()!;
      this.total -= to - from + 1;
      floor = Math.max(floor, to);
    }
    return floor;
  }

  /** The first number at or after `value` that is not in the set. */
  nextMissing(value: number): number {
    const range = this.bounds[this.firstEndingAtOrAfter(value)];
    return range !== undefined && range[0] <= value ? range[1] + 1 : value;
  }

  toArray(): [number, number][] {
    return this.bounds.map(([from, to]) => [from, to]);
  }

  /** Index of the first range whose end is >= value. */
  private firstEndingAtOrAfter(value: number): number {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.bounds[middle][1] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
