import { fromAmount, toAmount, UNITS } from './amount.ts';

test.each([
  [0, '0', 1],
  [90, '90', 1],
  [3_600, '1', 3_600],
  [604_800, '7', 86_400],
])('%i s is shown in the greatest unit that leaves it whole', (seconds, number, unit) => {
  const amount = toAmount(seconds, UNITS.seconds);
  expect(amount).toEqual({ number, unit });
  expect(fromAmount(amount)).toBe(seconds);
});

test('nothing typed is no value, and what is no number is told apart', () => {
  expect(toAmount(null, UNITS.seconds).number).toBe('');
  expect(fromAmount({ number: ' ', unit: 60 })).toBeNull();
  expect(fromAmount({ number: '1e', unit: 60 })).toBeUndefined();
  expect(fromAmount({ number: '1.5', unit: 60 })).toBe(90);
});
