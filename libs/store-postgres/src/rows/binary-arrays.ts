/**
 * Arrays in PostgreSQL's binary format (src/backend/utils/adt/arrayfuncs.c, array_recv): int32 dimensions, int32
 * "has nulls", int32 element type, int32 length, int32 lower bound, then for each element int32 size and its bytes.
 * As text, an array of bytea would be written in hexadecimal and a long one of numbers digit by digit.
 */
const HEADER_BYTES = 20;
const INT8_OID = 20;
const BYTEA_OID = 17;

/** `values` as BIGINT[]; whole numbers, exact up to 2^53. */
export function int8Array(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + values.length * 12);
  let at = writeHeader(bytes, INT8_OID, values.length, false);
  for (const value of values) {
    at = bytes.writeInt32BE(8, at);
    at = bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
    at = bytes.writeUInt32BE(value >>> 0, at);
  }
  return bytes;
}

/** `values` as BYTEA[]. */
export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  let size = HEADER_BYTES;
  for (const value of values) size += 4 + (value?.length ?? 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = writeHeader(bytes, BYTEA_OID, values.length, values.includes(null));
  for (const value of values) {
    if (value === null) {
      at = bytes.writeInt32BE(-1, at);
      continue;
    }
    at = bytes.writeInt32BE(value.length, at);
    at += value.copy(bytes, at);
  }
  return bytes;
}

function writeHeader(bytes: Buffer, elementType: number, length: number, hasNulls: boolean): number {
  let at = bytes.writeInt32BE(1, 0);
  at = bytes.writeInt32BE(hasNulls ? 1 : 0, at);
  at = bytes.writeInt32BE(elementType, at);
  at = bytes.writeInt32BE(length, at);
  return bytes.writeInt32BE(1, at);
}
