import { hexDump, payloadBytes, payloadText, prettyJson } from './payload.ts';

test('a payload that is not UTF-8 has bytes and no text', () => {
  const message = {
    payload: Buffer.from([0xff, 0x00, 0x41]).toString('base64'),
    encoding: 'base64',
  } as const;
  expect([...payloadBytes(message)!]).toEqual([0xff, 0x00, 0x41]);
  expect(payloadText(message)).toBeNull();
});

test('a text has its bytes as UTF-8', () => {
  expect([...payloadBytes({ payload: 'ä', encoding: 'utf8' })!]).toEqual([0xc3, 0xa4]);
});

test('what the broker has no more is neither', () => {
  expect(payloadBytes({ payload: null, encoding: 'utf8' })).toBeNull();
});

test.each([
  ['{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
  ['17', null],
  ['{"a":', null],
])('%s as JSON', (text, expected) => {
  expect(prettyJson(text)).toBe(expected);
});

test('a hex dump tells the place, the bytes and the characters of each line', () => {
  const lines = hexDump(new TextEncoder().encode('0123456789abcdef\n')).split('\n');
  expect(lines[0]).toBe('000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef');
  expect(lines[1]).toBe(`000010  0a${' '.repeat(47)}.`);
});
