import fc from 'fast-check';
import { Ranges } from './ranges.ts';

const LIMIT = 60;

type Step = { add: [from: number, to: number] } | { remove: [from: number, to: number] } | { absorb: number };

const aNumber = fc.integer({ min: 1, max: LIMIT });
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(aNumber, fc.nat(6)).map(([from, more]): Step => ({ add: [from, from + more] })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(aNumber, fc.nat(9)).map(([from, more]): Step => ({ remove: [from, from + more] })),
  },
  { weight: 1, arbitrary: aNumber.map((value): Step => ({ absorb: value })) },
);

/** What `absorb` means, number by number. */
function absorbInto(model: Set<number>, value: number): number {
  let floor = value;
  while (model.has(floor + 1)) floor++;
  for (const member of model) if (member <= floor) model.delete(member);
  return floor;
}

test('holds the same numbers as a set, whatever is added, removed and absorbed', () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 40 }), (steps) => {
      const ranges = new Ranges();
      const model = new Set<number>();
      for (const step of steps) {
        if ('absorb' in step) {
          expect(ranges.absorb(step.absorb)).toBe(absorbInto(model, step.absorb));
        } else if ('remove' in step) {
          const [from, to] = step.remove;
          ranges.remove(from, to);
          for (let value = from; value <= to; value++) model.delete(value);
        } else {
          const [from, to] = step.add;
          ranges.add(from, to);
          for (let value = from; value <= to; value++) model.add(value);
        }
        expect(ranges.count).toBe(model.size);
        expect(ranges.isEmpty).toBe(model.size === 0);
      }
      for (let value = 0; value <= LIMIT + 10; value++) {
        expect(ranges.has(value)).toBe(model.has(value));
        let missing = value;
        while (model.has(missing)) missing++;
        expect(ranges.nextMissing(value)).toBe(missing);
      }
    }),
  );
});

test('ranges are disjoint, ascending and never touch', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(aNumber, fc.nat(6)), { maxLength: 40 }), (added) => {
      const ranges = new Ranges(added.map(([from, more]) => [from, from + more]));
      ranges.toArray().reduce((end, [from, to]) => {
        expect(from).toBeGreaterThan(end + 1);
        expect(to).toBeGreaterThanOrEqual(from);
        return to;
      }, -1);
    }),
  );
});

test('a copy made of what toArray gives is the same set', () => {
  const ranges = new Ranges([
    [3, 5],
    [9, 9],
  ]);
  const copy = new Ranges(ranges.toArray());
  copy.add(1);
  expect(ranges.toArray()).toEqual([
    [3, 5],
    [9, 9],
  ]);
  expect(copy.count).toBe(5);
});
