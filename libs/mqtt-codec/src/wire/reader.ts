import { NO_BYTES } from './bytes.ts';
import { malformedPacket, MqttError, protocolError } from '../errors.ts';
import { ReasonCode } from '../reason-codes.ts';
import { checkUtf8, decodeUtf8 } from './utf8.ts';

/** Longer topic names are not remembered: an idle connection should hold little. */
const LONGEST_REMEMBERED_TOPIC = 256;

const HASH = 0x23;
const PLUS = 0x2b;

/**
 * Reads the data types of section 1.5 one after another out of one packet; never copies, never reads behind `end`.
 * Every method throws MqttError 0x81 when the packet ends too early.
 */
export class Reader {
  bytes: Buffer = NO_BYTES;
  position = 0;
  end = 0;
  /** The topic name read last: clients repeat themselves, and a known string needs neither check nor allocation. */
  #lastTopic = '';

  reset(bytes: Buffer, position: number, end: number): void {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  byte(): number {
    if (this.position >= this.end) throw truncated();
    return this.bytes[this.position++];
  }

  uint16(): number {
    const at = this.#take(2);
    return (this.bytes[at] << 8) | this.bytes[at + 1];
  }

  uint32(): number {
    const at = this.#take(4);
    const { bytes } = this;
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }

  /** 0 to 268,435,455 in the fewest bytes [MQTT-1.5.5-1]. */
  variableByteInteger(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw overlongInteger();
        return value;
      }
    }
    throw malformedPacket('A Variable Byte Integer is longer than four bytes', 'section 1.5.5');
  }

  string(): string {
    const length = this.uint16();
    const at = this.#take(length);
    return decodeUtf8(this.bytes, at, at + length);
  }

  /** Checks a string as {@link string} does and passes over it. */
  skipString(): void {
    const length = this.uint16();
    const at = this.#take(length);
    checkUtf8(this.bytes, at, at + length);
  }

  /** A view of Binary Data (section 1.5.6). */
  binary(): Buffer {
    const length = this.uint16();
    const at = this.#take(length);
    return length === 0 ? NO_BYTES : this.bytes.subarray(at, at + length);
  }

  /** Passes over Binary Data. */
  skipBinary(): void {
    const length = this.uint16();
    this.#take(length);
  }

  /** A view of everything up to the end. */
  rest(): Buffer {
    const at = this.position;
    this.position = this.end;
    return at === this.end ? NO_BYTES : this.bytes.subarray(at, this.end);
  }

  /**
   * 1 to 65,535.
   *
   * @throws MqttError 0x82 when it is 0 [MQTT-2.2.1-3], [MQTT-2.2.1-4]
   */
  packetIdentifier(): number {
    const identifier = this.uint16();
    if (identifier === 0) throw protocolError('A packet identifier is 0', 'MQTT-2.2.1-3');
    return identifier;
  }

  /**
   * A topic name without wildcards; may be empty (a topic alias may stand for it).
   *
   * @throws MqttError 0x90 when it holds a wildcard character [MQTT-3.3.2-2]
   */
  topicName(): string {
    const length = this.uint16();
    const at = this.#take(length);
    if (this.#isLastTopic(at, length)) return this.#lastTopic;
    const topic = decodeUtf8(this.bytes, at, at + length);
    for (let i = at; i < this.position; i++) {
      const byte = this.bytes[i];
      if (byte === HASH || byte === PLUS) {
        throw new MqttError(
          ReasonCode.TOPIC_NAME_INVALID,
          'A topic name contains a wildcard character',
          'MQTT-3.3.2-2',
        );
      }
    }
    if (length <= LONGEST_REMEMBERED_TOPIC) this.#lastTopic = topic;
    return topic;
  }

  /** Only an ASCII topic can be told by this: above it bytes and code units differ, and never compare equal. */
  #isLastTopic(at: number, length: number): boolean {
    const last = this.#lastTopic;
    if (last.length !== length) return false;
    const { bytes } = this;
    for (let i = 0; i < length; i++) {
      const byte = bytes[at + i];
      if (byte >= 0x80 || byte !== last.charCodeAt(i)) return false;
    }
    return true;
  }

  #take(length: number): number {
    const at = this.position;
    if (length > this.end - at) throw truncated();
    this.position = at + length;
    return at;
  }
}

function truncated(): MqttError {
  return malformedPacket('A packet ends before its last field', 'section 4.13.1');
}

function overlongInteger(): MqttError {
  return malformedPacket('A Variable Byte Integer takes more bytes than it needs', 'MQTT-1.5.5-1');
}
