import { Tally } from './tally.ts';

function tallyOf(numbers: number[], messages = 5): Tally {
  const tally = new Tally(messages);
  for (const number of numbers) tally.note(number);
  return tally;
}

test('all in order', () => {
  expect(tallyOf([0, 1, 2, 3, 4])).toMatchObject({ distinct: 5, repeated: 0, outOfOrder: 0 });
});

test('what is missing is no disorder', () => {
  expect(tallyOf([0, 3, 4])).toMatchObject({ distinct: 3, repeated: 0, outOfOrder: 0 });
});

test('a number that comes again is a repetition, not disorder', () => {
  expect(tallyOf([0, 1, 2, 1, 2, 3])).toMatchObject({ distinct: 4, repeated: 2, outOfOrder: 0 });
});

test('a number that comes first after a greater one is out of order', () => {
  expect(tallyOf([0, 3, 1, 2, 4])).toMatchObject({ distinct: 5, repeated: 0, outOfOrder: 2 });
});

test('a number beyond the stream is none of it', () => {
  expect(new Tally(5).note(5)).toBe(false);
});
