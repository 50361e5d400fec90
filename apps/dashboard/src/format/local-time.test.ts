import { fromLocalTime, toLocalTime } from './local-time.ts';

test('a time in a field is the same time again, in winter as in summer', () => {
  for (const at of [Date.UTC(2026, 0, 15, 23, 30, 9), Date.UTC(2026, 6, 15, 0, 30)]) {
    expect(toLocalTime(at)).toMatch(/^2026-0[17]-1[456]T\d\d:30:0[09]$/);
    expect(fromLocalTime(toLocalTime(at))).toBe(at);
  }
});

test('what is no time is none', () => {
  expect(fromLocalTime('')).toBeUndefined();
  expect(fromLocalTime('2026-13-01T00:00')).toBeUndefined();
});
