/** The greatest Variable Byte Integer, and so the greatest remaining length (section 1.5.5). */
export const MAXIMUM_VARIABLE_BYTE_INTEGER = 268_435_455;

/**
 * Bytes that `value` takes as a Variable Byte Integer: 1 to 4, the fewest possible [MQTT-1.5.5-1].
 *
 * @throws RangeError above 268,435,455
 */
export function variableByteIntegerLength(value: number): 1 | 2 | 3 | 4 {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value <= MAXIMUM_VARIABLE_BYTE_INTEGER) return 4;
  throw new RangeError(`${value} does not fit into a Variable Byte Integer (at most 268,435,455)`);
}

/** Writes `value` (0 to 268,435,455, unchecked) at `offset`; returns the offset behind it. */
export function writeVariableByteInteger(target: Buffer, offset: number, value: number): number {
  let rest = value;
  while (rest > 0x7f) {
    target[offset++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[offset++] = rest;
  return offset;
}
