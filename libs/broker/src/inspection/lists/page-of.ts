interface Bounds<Position> {
  /** How far everything was looked at; null: to the end. */
  until: Position | null;
  /** Of items. */
  limit: number;
  compare: (a: Position, b: Position) => number;
}

/** The first of what was found here and there, and where the page ends; `next` is null when there is no more. */
export function pageOf<Position, Summary>(
  found: (Position & { summary: Summary })[],
  { until, limit, compare }: Bounds<Position>,
): { items: Summary[]; next: Position | null } {
  const all = found.filter((item) => until === null || compare(item, until) <= 0).sort(compare);
  const page = all.slice(0, limit);
  const next = all.length > limit ? page.at(-1)! : until;
  return { items: page.map(({ summary }) => summary), next };
}
