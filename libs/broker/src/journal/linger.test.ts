import { jest } from '@jest/globals';
import { Linger } from './linger.ts';

let looks = 0;
let linger: Linger;

beforeEach(() => {
  jest.useFakeTimers();
  looks = 0;
  linger = new Linger(() => looks++);
});

afterEach(() => {
  jest.useRealTimers();
});

/** A commit that would go now: waits for a look that finds what `isInVain` says, or goes at once. */
function commit(isInVain: boolean): 'waited' | 'at once' {
  if (!linger.isWorthwhile) {
    linger.stop();
    return 'at once';
  }
  linger.start(1);
  jest.advanceTimersByTime(1);
  linger.end(isInVain, 0);
  if (isInVain) linger.stop();
  return 'waited';
}

test('looks a moment later, at what was there before', () => {
  linger.start(3);
  linger.start(5);
  expect(looks).toBe(0);
  jest.advanceTimersByTime(1);
  expect({ looks, seen: linger.seen }).toEqual({ looks: 1, seen: 3 });
});

test('goes on as long as it is not in vain and something waits', () => {
  linger.start(1);
  jest.advanceTimersByTime(1);
  linger.end(false, 2);
  jest.advanceTimersByTime(1);
  expect({ looks, seen: linger.seen }).toEqual({ looks: 2, seen: 2 });
  linger.end(false, 0);
  jest.advanceTimersByTime(10);
  expect(looks).toBe(2);
});

test('a commit that goes ends the wait', () => {
  linger.start(1);
  linger.stop();
  jest.advanceTimersByTime(10);
  expect(looks).toBe(0);
});

test('after waiting in vain it waits ever more seldom, and again every time once it was worth it', () => {
  const outcomes = Array.from({ length: 200 }, () => commit(true));
  const waits = outcomes.flatMap((outcome, index) => (outcome === 'waited' ? [index] : []));
  const gaps = waits.slice(1).map((at, index) => at - waits[index]);
  expect(gaps).toEqual([1, 3, 7, 15, 31, 63, 63]);
  while (!linger.isWorthwhile) linger.stop();
  expect(Array.from({ length: 3 }, () => commit(false))).toEqual(['waited', 'waited', 'waited']);
});
