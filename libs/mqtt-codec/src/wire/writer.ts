import {
  MAXIMUM_VARIABLE_BYTE_INTEGER,
  variableByteIntegerLength,
  writeVariableByteInteger,
} from './variable-byte-integer.ts';

/** Room in front of the body: first byte and up to four bytes of remaining length. */
const FIXED_HEADER_ROOM = 5;
const FIRST_CAPACITY = 256;
const MAXIMUM_FIELD_BYTES = 65_535;

/**
 * Collects the body of one packet, then puts its fixed header in front. For packets that are rare; PUBLISH and
 * acknowledgements are written straight into their target.
 */
export class Writer {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #end = FIXED_HEADER_ROOM;

  /** Bytes of the body so far. */
  get length(): number {
    return this.#end - FIXED_HEADER_ROOM;
  }

  /** @throws RangeError unless 0 to 255 */
  byte(value: number): void {
    checkInteger(value, 0xff);
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  /** @throws RangeError unless 0 to 65,535 */
  uint16(value: number): void {
    checkInteger(value, 0xffff);
    const at = this.#grow(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  /** @throws RangeError unless 0 to 4,294,967,295 */
  uint32(value: number): void {
    checkInteger(value, 0xffff_ffff);
    const at = this.#grow(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  /** @throws RangeError unless 0 to 268,435,455 */
  variableByteInteger(value: number): void {
    checkInteger(value, MAXIMUM_VARIABLE_BYTE_INTEGER);
    const at = this.#grow(variableByteIntegerLength(value));
    writeVariableByteInteger(this.#bytes, at, value);
  }

  /**
   * 1 to 65,535.
   *
   * @throws RangeError otherwise
   */
  packetIdentifier(value: number): void {
    if (value === 0) throw new RangeError('A packet identifier cannot be 0');
    this.uint16(value);
  }

  /** @throws RangeError when it takes more than 65,535 bytes, holds U+0000 or half a surrogate pair */
  string(value: string): void {
    if (!value.isWellFormed()) throw new RangeError('A string is not well-formed Unicode');
    if (value.includes('\0')) throw new RangeError('A string contains the null character U+0000');
    const length = Buffer.byteLength(value);
    if (length > MAXIMUM_FIELD_BYTES) throw new RangeError(`A string takes ${length} bytes (at most 65,535)`);
    this.uint16(length);
    const at = this.#grow(length);
    this.#bytes.write(value, at, length, 'utf8');
  }

  /** @throws RangeError when it is longer than 65,535 bytes */
  binary(value: Uint8Array): void {
    if (value.length > MAXIMUM_FIELD_BYTES) {
      throw new RangeError(`Binary data is ${value.length} bytes long (at most 65,535)`);
    }
    this.uint16(value.length);
    this.raw(value);
  }

  /** `bytes` as they are, without a length. */
  raw(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A view of the body. */
  body(): Buffer {
    return this.#bytes.subarray(FIXED_HEADER_ROOM, this.#end);
  }

  /**
   * The whole packet. The writer must not be used afterwards.
   *
   * @param firstByte packet type and flags (section 2.1.1)
   * @throws RangeError when the body is longer than 268,435,455 bytes
   */
  packet(firstByte: number): Buffer {
    const start = FIXED_HEADER_ROOM - 1 - variableByteIntegerLength(this.length);
    this.#bytes[start] = firstByte;
    writeVariableByteInteger(this.#bytes, start + 1, this.length);
    return this.#bytes.subarray(start, this.#end);
  }

  /** Makes room for `length` more bytes, at times in a new buffer; returns where they go. */
  #grow(length: number): number {
    const at = this.#end;
    const end = at + length;
    if (end > this.#bytes.length) {
      if (end - FIXED_HEADER_ROOM > MAXIMUM_VARIABLE_BYTE_INTEGER) {
        throw new RangeError('A packet is longer than 268,435,455 bytes');
      }
      const grown = Buffer.allocUnsafe(Math.max(end, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#end = end;
    return at;
  }
}

function checkInteger(value: number, maximum: number): void {
  if (!Number.isInteger(value) || value < 0 || value > maximum) {
    throw new RangeError(`${value} is not an integer from 0 to ${maximum}`);
  }
}
