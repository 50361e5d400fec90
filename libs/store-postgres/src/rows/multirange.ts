type Range = [from: number, to: number];

/** Ranges, both ends included, as PostgreSQL writes an int8multirange. */
export function formatRanges(ranges: readonly Range[]): string {
  return `{${ranges.map(([from, to]) => `[${from},${to}]`).join(',')}}`;
}

/** What PostgreSQL writes: lower ends included, upper ends not. */
export function parseRanges(text: string): Range[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => [Number(from), Number(to) - 1]);
}
