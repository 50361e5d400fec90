import { readOptions, UsageError } from './options.ts';

test('200 devices live as in the world unless it is said otherwise', () => {
  expect(readOptions([])).toEqual({ devices: 200, pace: 1 });
  expect(readOptions(['--devices', '20', '--pace', '5'])).toEqual({ devices: 20, pace: 5 });
  expect(readOptions(['--help'])).toBeNull();
});

test.each([
  ['--devices', '0'],
  ['--devices', '1001'],
  ['--pace', 'fast'],
  ['--speed', '2'],
])('%s %s is refused with a sentence that names it', (name, value) => {
  expect(() => readOptions([name, value])).toThrow(UsageError);
  expect(() => readOptions([name, value])).toThrow(name);
});
