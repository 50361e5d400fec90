import { formatDuration, secondsUntil } from './times.ts';

describe('lengths of time', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3_599, '59 min'],
    [3_600, '1 h'],
    [7_500, '2 h 5 min'],
    [86_400, '1 d'],
    [90_000, '1 d 1 h'],
    [604_800, '7 d'],
  ])('%d s is "%s"', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('counts down to a time and below zero after it', () => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    expect(secondsUntil('2030-01-01T00:01:00Z', now)).toBe(60);
    expect(secondsUntil('2029-12-31T23:59:00Z', now)).toBe(-60);
  });
});
