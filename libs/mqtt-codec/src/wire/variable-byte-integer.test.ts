import { Reader } from './reader.ts';
import { variableByteIntegerLength, writeVariableByteInteger } from './variable-byte-integer.ts';

/** Table 1-1. */
const values = [
  [0, '00'],
  [127, '7f'],
  [128, '8001'],
  [16_383, 'ff7f'],
  [16_384, '808001'],
  [2_097_151, 'ffff7f'],
  [2_097_152, '80808001'],
  [268_435_455, 'ffffff7f'],
] as const;

test.each(values)('%d is written as %s [MQTT-1.5.5-1]', (value, encoded) => {
  const target = Buffer.alloc(6);
  const end = writeVariableByteInteger(target, 1, value);
  expect(target.toString('hex', 1, end)).toBe(encoded);
  expect(variableByteIntegerLength(value)).toBe(encoded.length / 2);
});

test.each(values)('%d is read from %s', (value, encoded) => {
  const reader = new Reader();
  const bytes = Buffer.from(encoded, 'hex');
  reader.reset(bytes, 0, bytes.length);
  expect(reader.variableByteInteger()).toBe(value);
  expect(reader.position).toBe(bytes.length);
});

test('268,435,456 does not fit', () => {
  expect(() => variableByteIntegerLength(268_435_456)).toThrow(RangeError);
});
