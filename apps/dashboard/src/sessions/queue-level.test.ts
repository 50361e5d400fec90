import { isOverflowing, queueLevel } from './queue-level.ts';

describe('the level of a queue', () => {
  it('is 0 for an empty and 1 for a full one', () => {
    expect(queueLevel(0, 10_000)).toBe(0);
    expect(queueLevel(10_000, 10_000)).toBe(1);
  });

  it('shows ten messages of ten thousand', () => expect(queueLevel(10, 10_000)).toBeGreaterThan(0.2));

  it('does not rise above a limit that was lowered', () => {
    expect(queueLevel(500, 100)).toBe(1);
    expect(isOverflowing(500, 100)).toBe(true);
  });
});
