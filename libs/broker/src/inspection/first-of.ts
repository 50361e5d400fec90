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
