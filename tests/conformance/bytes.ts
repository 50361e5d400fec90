/**
 * Bytes as a test writes them: hexadecimal pairs, with blanks as one likes; `"text"` is a UTF-8 encoded string with its
 * two-byte length before it (MQTT 5.0 section 1.5.4), `<text>` the bytes of a text alone.
 *
 * @example bytes('00 04 <MQTT> 05') and bytes('"MQTT" 05') are both 00 04 4d 51 54 54 05
 */
export function bytes(notation: string): Buffer {
  const parts = notation.match(/"[^"]*"|<[^>]*>|[0-9a-fA-F]{2}|\S/g) ?? [];
  return Buffer.concat(parts.map(toBytes));
}

function toBytes(part: string): Buffer {
  if (part.startsWith('"') && part.length > 1) return string(part.slice(1, -1));
  if (part.startsWith('<') && part.length > 1) return Buffer.from(part.slice(1, -1));
  if (part.length !== 2) throw new Error(`Not hexadecimal: ${part}`);
  return Buffer.from(part, 'hex');
}

function string(text: string): Buffer {
  const encoded = Buffer.from(text);
  return Buffer.concat([Buffer.from([encoded.length >> 8, encoded.length & 0xff]), encoded]);
}

/** A packet: its first byte, its remaining length, and the rest as it is written. */
export function packet(firstByte: string, rest = ''): Buffer {
  const body = bytes(rest);
  return Buffer.concat([bytes(firstByte), remainingLength(body.length), body]);
}

/** Section 2.1.4, by the algorithm of section 1.5.5. */
function remainingLength(value: number): Buffer {
  const encoded: number[] = [];
  do {
    const more = value >= 128;
    encoded.push((value % 128) + (more ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(encoded);
}

/** Two hexadecimal pairs, for packet identifiers and other two-byte integers in a notation. */
export function u16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

/** Four hexadecimal pairs. */
export function u32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
