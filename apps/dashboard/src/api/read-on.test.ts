import { readOn } from './read-on.ts';

/** Of a list whose pages are these: the cursor of a page is its place. */
const reader = (pages: string[][]) => (after: string | undefined) => {
  const place = Number(after ?? 0);
  return Promise.resolve({
    items: pages[place],
    next: place + 1 < pages.length ? String(place + 1) : null,
  });
};

test('pages that the filter left empty are passed over, and the next one goes on from there', async () => {
  const read = reader([[], [], ['a'], ['b']]);
  expect(await readOn(read)).toEqual({ items: ['a'], next: '3' });
  expect(await readOn(read, '3')).toEqual({ items: ['b'], next: null });
});

test('a list in which there is nothing ends', async () => {
  expect(await readOn(reader([[], []]))).toEqual({ items: [], next: null });
  expect(await readOn(reader(Array(1_000).fill([])))).toEqual({ items: [], next: '100' });
});
