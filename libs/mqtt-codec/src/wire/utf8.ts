import { isUtf8 as isWellFormedUtf8 } from 'node:buffer';
import { malformedPacket, type MqttError } from '../errors.ts';

/** Up to here a loop in JavaScript is quicker than crossing into native code. */
const SHORT_STRING_BYTES = 64;

/**
 * Whether `bytes` are well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. U+0000 is allowed here:
 * payloads may hold it (section 3.3.2.3.2).
 */
export function isUtf8(bytes: Uint8Array): boolean {
  return isWellFormedUtf8(bytes);
}

/**
 * The UTF-8 encoded string in `bytes[start, end)`. A byte order mark is a character like any other [MQTT-1.5.4-3].
 *
 * @throws MqttError 0x81 when the bytes are ill-formed [MQTT-1.5.4-1] or hold U+0000 [MQTT-1.5.4-2]
 */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  if (start === end) return '';
  const isOneBytePerCharacter = checkUtf8(bytes, start, end);
  return bytes.toString(isOneBytePerCharacter ? 'latin1' : 'utf8', start, end);
}

/**
 * Checks `bytes[start, end)` as {@link decodeUtf8} does, without making a string of them.
 *
 * @returns true when they are known to be ASCII
 * @throws MqttError as {@link decodeUtf8}
 */
export function checkUtf8(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= SHORT_STRING_BYTES && isAsciiWithoutNull(bytes, start, end)) return true;
  const encoded = bytes.subarray(start, end);
  if (!isWellFormedUtf8(encoded)) throw illFormed();
  if (encoded.includes(0)) throw nullCharacter();
  return false;
}

function isAsciiWithoutNull(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte >= 0x80 || byte === 0) return false;
  }
  return true;
}

function illFormed(): MqttError {
  return malformedPacket('A string is not well-formed UTF-8', 'MQTT-1.5.4-1');
}

function nullCharacter(): MqttError {
  return malformedPacket('A string contains the null character U+0000', 'MQTT-1.5.4-2');
}
