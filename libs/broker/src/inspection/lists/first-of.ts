import { giveWay } from '../../giving-way.ts';

/** Items that are looked at before devices are served again. */
const LOOKED_AT_AT_ONCE = 5_000;

/** As `firstOf`, of so many that others must have their turn meanwhile; undefined is none. */
export async function firstOfMany<Item extends object>(
  items: Iterable<Item | undefined>,
  count: number,
  compare: (a: Item, b: Item) => number,
): Promise<Item[]> {
  let first: Item[] = [];
  let some: Item[] = [];
  let looked = 0;
  for (const item of items) {
    if (item !== undefined) some.push(item);
    if (++looked % LOOKED_AT_AT_ONCE > 0) continue;
    first = firstOf([...first, ...some], count, compare);
    some = [];
    await giveWay();
  }
  return firstOf([...first, ...some], count, compare);
}

/** The first so many of a great number, in order; the others are looked at once, and no more than so many are kept. */
export function firstOf<Item>(
  items: Iterable<Item>,
  count: number,
  compare: (a: Item, b: Item) => number,
): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === count) {
      if (count === 0 || compare(item, first[count - 1]) >= 0) continue;
      first.pop();
    }
    first.splice(placeOf(item, first, compare), 0, item);
  }
  return first;
}

/** Behind all that are not after it. */
function placeOf<Item>(item: Item, sorted: Item[], compare: (a: Item, b: Item) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle], item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
