import { holdsWords } from './holds-words.ts';

test.each([
  ['Access rules', 'rul acc', true],
  ['Access rules', '', true],
  ['Access rules', 'rules x', false],
])('%s holds "%s": %s', (text, wanted, expected) => {
  expect(holdsWords(text, wanted)).toBe(expected);
});
