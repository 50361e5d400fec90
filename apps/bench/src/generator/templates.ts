/** The MQTT packets the generator sends, encoded beforehand; see {@link PublishTemplate} for the hot one. */
import type { Login } from './plans.ts';
import { framed, type Framing, FRAMINGS } from './framing.ts';

export type Protocol = 4 | 5;
export type QoS = 0 | 1 | 2;

export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBACK = 9;
export const PINGRESP = 13;
export const DISCONNECT = 14;

/** Bytes of a payload that are read back: stream and number (u32 each), then when it was sent (a double). */
export const MARK_BYTES = 16;

/** The only subscription a client ever makes, so one packet identifier serves. */
const SUBSCRIBE_ID = 1;
const SESSION_EXPIRY_INTERVAL = 0x11;
/** Longer than any run, in seconds. */
const KEPT_SECONDS = 86_400;
const FILLER = 0x2e;
/** Of a number at the end of a topic: enough for any run. */
const TOPIC_DIGITS = 9;
const DIGIT_0 = 0x30;

/** Of a PUBACK, PUBREC, PUBREL or PUBCOMP. */
export const ANSWER_BYTES = 4;

export interface ConnectOptions {
  clientId: string;
  /** true: an earlier session is dropped, and this one ends with its connection. */
  clean: boolean;
  /** null: without a name. */
  login: Login | null;
}

/** A CONNECT without keep alive: runs are short, and a PINGREQ would only be noise. */
export function connectPacket(protocol: Protocol, options: ConnectOptions): Buffer {
  const { clientId, clean, login } = options;
  const flags = (login === null ? 0 : 0xc0) | (clean ? 0x02 : 0);
  return packet(0x10, [
    text('MQTT'),
    Buffer.from([protocol, flags, 0, 0]),
    ...(protocol === 5 ? [connectProperties(clean)] : []),
    text(clientId),
    ...(login === null ? [] : [text(login.username), text(login.password)]),
  ]);
}

function connectProperties(clean: boolean): Buffer {
  if (clean) return Buffer.from([0]);
  const properties = Buffer.alloc(6);
  properties[0] = 5;
  properties[1] = SESSION_EXPIRY_INTERVAL;
  properties.writeUInt32BE(KEPT_SECONDS, 2);
  return properties;
}

export function subscribePacket(protocol: Protocol, filter: string, qos: QoS): Buffer {
  const head = Buffer.from([SUBSCRIBE_ID >> 8, SUBSCRIBE_ID & 0xff, ...(protocol === 5 ? [0] : [])]);
  return packet(0x82, [head, text(filter), Buffer.from([qos])]);
}

/** Ends the connection without a word about the session: it is kept as CONNECT asked. */
export const DISCONNECT_PACKET = Buffer.from([DISCONNECT << 4, 0]);

export const PINGREQ_PACKET = Buffer.from([0xc0, 0]);

/** Writes a PUBACK, PUBREC, PUBREL or PUBCOMP of four bytes (success in both protocols). */
export function writeAnswer(
  target: Buffer,
  at: number,
  type: number,
  packetId: number,
  mask: Uint8Array = FRAMINGS.tcp.mask,
): void {
  target[at] = ((type << 4) | (type === PUBREL ? 0x02 : 0)) ^ mask[0];
  target[at + 1] = 2 ^ mask[1];
  target[at + 2] = (packetId >> 8) ^ mask[2];
  target[at + 3] = (packetId & 0xff) ^ mask[3];
}

export interface PublishShape {
  qos: QoS;
  topic: string;
  stream: number;
  /** At least {@link MARK_BYTES}. */
  payloadBytes: number;
  /** Whether the topic gets a level of its own for each message. */
  hasNewTopics: boolean;
}

/** A PUBLISH of one stream, encoded once; a message is a copy of it with a few bytes patched. */
export class PublishTemplate {
  /** Bytes of a message, frame included; the same for all of this stream. */
  readonly size: number;
  private readonly bytes: Buffer;
  private readonly mask: Uint8Array;
  /** Where in `bytes` the packet begins; the other places count from there. */
  private readonly packetAt: number;
  private readonly payloadAt: number;
  /** 0: there is none. */
  private readonly packetIdAt: number;
  /** Where the topic's last level begins; 0: it is the same for all messages. */
  private readonly numberAt: number;
  private readonly stampBytes = Buffer.alloc(8);

  constructor(protocol: Protocol, framing: Framing, shape: PublishShape) {
    const { qos, topic, stream, payloadBytes, hasNewTopics } = shape;
    if (payloadBytes < MARK_BYTES) throw new RangeError(`A payload has at least ${MARK_BYTES} bytes`);
    const payload = Buffer.alloc(payloadBytes, FILLER);
    payload.writeUInt32BE(stream, 0);
    const name = text(hasNewTopics ? `${topic}/${'0'.repeat(TOPIC_DIGITS)}` : topic);
    const id = Buffer.alloc(qos === 0 ? 0 : 2);
    const properties = Buffer.alloc(protocol === 5 ? 1 : 0);
    const plain = packet((PUBLISH << 4) | (qos << 1), [name, id, properties, payload]);
    this.bytes = framed(framing, plain);
    this.size = this.bytes.length;
    this.mask = framing.mask;
    this.packetAt = this.size - plain.length;
    this.payloadAt = plain.length - payloadBytes;
    const topicEnd = this.payloadAt - properties.length - id.length;
    this.packetIdAt = qos === 0 ? 0 : topicEnd;
    this.numberAt = hasNewTopics ? topicEnd - TOPIC_DIGITS : 0;
  }

  /** Writes one message into `target`. `packetId` is left out at QoS 0. */
  write(target: Buffer, at: number, packetId: number, number: number): void {
    target.set(this.bytes, at);
    const start = at + this.packetAt;
    if (this.packetIdAt > 0) {
      this.patch(target, start, this.packetIdAt, packetId >> 8);
      this.patch(target, start, this.packetIdAt + 1, packetId & 0xff);
    }
    const mark = this.payloadAt + 4;
    this.patch(target, start, mark, number >>> 24);
    this.patch(target, start, mark + 1, (number >> 16) & 0xff);
    this.patch(target, start, mark + 2, (number >> 8) & 0xff);
    this.patch(target, start, mark + 3, number & 0xff);
    if (this.numberAt > 0) this.writeTopicNumber(target, start, number);
  }

  private writeTopicNumber(target: Buffer, start: number, number: number): void {
    let rest = number;
    for (let place = this.numberAt + TOPIC_DIGITS - 1; place >= this.numberAt; place--) {
      this.patch(target, start, place, DIGIT_0 + (rest % 10));
      rest = Math.floor(rest / 10);
    }
  }

  /** Notes in a message that was written at `at` when it was sent, where latency is measured. */
  stamp(target: Buffer, at: number, microseconds: number): void {
    this.stampBytes.writeDoubleBE(microseconds);
    for (let index = 0; index < this.stampBytes.length; index++)
      this.patch(target, at + this.packetAt, this.payloadAt + 8 + index, this.stampBytes[index]);
  }

  private patch(target: Buffer, start: number, place: number, byte: number): void {
    target[start + place] = byte ^ this.mask[place & 3];
  }
}

function packet(firstByte: number, parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let rest = body.length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([firstByte, ...length]), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}
