import fc from 'fast-check';
import { Rate } from './rate.ts';

test('takes a second’s worth at once, then as it comes', () => {
  const rate = new Rate(2, 0);
  expect([0, 0, 0].map((at) => rate.take(at))).toEqual([true, true, false]);
  expect([400, 500, 600].map((at) => rate.take(at))).toEqual([false, true, false]);
});

test('less than one a second is one at a time', () => {
  const rate = new Rate(0.5, 0);
  expect([0, 1_900, 2_000, 2_100].map((at) => rate.take(at))).toEqual([true, false, true, false]);
});

test('what was charged beyond the rate is waited for', () => {
  const rate = new Rate(100, 0);
  expect(rate.charge(100, 0)).toBe(0);
  expect(rate.charge(50, 0)).toBe(500);
  expect(rate.charge(0, 250)).toBe(250);
  expect(rate.charge(0, 500)).toBe(0);
});

test('whoever waits as told never gets more than the rate and a second’s worth', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 200 }),
      (perSecond, amounts) => {
        const rate = new Rate(perSecond, 0);
        let now = 0;
        let charged = 0;
        for (const amount of amounts) {
          const before = charged;
          charged += amount;
          now += rate.charge(amount, now);
          expect(before).toBeLessThanOrEqual(perSecond * (1 + now / 1_000) + 1e-6);
        }
      },
    ),
  );
});

test('a clock that is set back brings nothing', () => {
  const rate = new Rate(1, 10_000);
  expect(rate.take(10_000)).toBe(true);
  expect(rate.take(0)).toBe(false);
  expect(rate.take(1_000)).toBe(true);
});
