import fc from 'fast-check';
import { firstOf } from './first-of.ts';

const ascending = (a: number, b: number) => a - b;

test('the first so many of any numbers, in order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: 0, max: 10 }),
      (numbers, count) => {
        expect(firstOf(numbers, count, ascending)).toEqual(numbers.toSorted(ascending).slice(0, count));
      },
    ),
  );
});

test('of equal ones the first come first', () => {
  const items = [2, 1, 2, 1].map((rank, place) => ({ rank, place }));
  const first = firstOf(items, 3, (a, b) => a.rank - b.rank);
  expect(first.map(({ place }) => place)).toEqual([1, 3, 0]);
});
