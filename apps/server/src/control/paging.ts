import { Text, Whole } from './fields.ts';

/** A piece of a list: `after` is the `next` of the piece before. */
export class PageQuery {
  @Whole({ optional: true, min: 1, max: 500, default: 50 })
  limit: number = 50;

  @Text({ optional: true, max: 100_000 })
  after?: string;
}

/** Cuts rows, of which one more than `limit` was read, to a page; `next` is the key of its last row. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  key: (row: Row) => string,
  toItem: (row: Row) => Item,
) {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(toItem), next: rows.length > limit && last !== undefined ? key(last) : null };
}
