type Range = [from: number, to: number];

/** Ranges, both ends included, as PostgreSQL writes an int8multirange. */
export function formatRanges(ranges: readonly Range[]): string {
  return `{${ranges.map(([from, to]) => `[${from},${to}]`).join(',')}}`;
}

/** What PostgreSQL writes: lower ends included, upper ends not. */
export function parseRanges(text: string): Range[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => [Number(from), Number(to) - 1]);
}

/**
 * How many numbers are in a multirange, in SQL. Most that are asked about are empty, and there `range_count` takes much
 * longer than it takes to see that.
 */
export function rangeCount(column: string): string {
  return `CASE WHEN isempty(${column}) THEN 0 ELSE range_count(${column}) END`;
}
