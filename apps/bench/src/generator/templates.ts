/** The MQTT packets the generator sends, encoded beforehand; see {@link PublishTemplate} for the hot one. */

export type Protocol = 4 | 5;
export type QoS = 0 | 1 | 2;

export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBACK = 9;
export const DISCONNECT = 14;

/** Bytes of a payload that are read back: stream and number (u32 each), then when it was sent (a double). */
export const MARK_BYTES = 16;

/** The only subscription a client ever makes, so one packet identifier serves. */
const SUBSCRIBE_ID = 1;
const SESSION_EXPIRY_INTERVAL = 0x11;
/** Longer than any run, in seconds. */
const KEPT_SECONDS = 3_600;
const FILLER = 0x2e;

export interface ConnectOptions {
  clientId: string;
  /** true: an earlier session is dropped, and this one ends with its connection. */
  clean: boolean;
  username: string | null;
  password: string | null;
}

/** A CONNECT without keep alive: runs are short, and a PINGREQ would only be noise. */
export function connectPacket(protocol: Protocol, options: ConnectOptions): Buffer {
  const { clientId, clean, username, password } = options;
  const flags = (username === null ? 0 : 0x80) | (password === null ? 0 : 0x40) | (clean ? 0x02 : 0);
  return packet(0x10, [
    text('MQTT'),
    Buffer.from([protocol, flags, 0, 0]),
    ...(protocol === 5 ? [connectProperties(clean)] : []),
    text(clientId),
    ...[username, password].filter((field) => field !== null).map(text),
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

/** Writes a four-byte PUBACK, PUBREC, PUBREL or PUBCOMP (success in both protocols). */
export function writeAnswer(target: Buffer, at: number, type: number, packetId: number): void {
  target[at] = (type << 4) | (type === PUBREL ? 0x02 : 0);
  target[at + 1] = 2;
  target[at + 2] = packetId >> 8;
  target[at + 3] = packetId & 0xff;
}

/** A PUBLISH of one topic, encoded once; a message is a copy of it with a few bytes patched. */
export class PublishTemplate {
  /** Bytes of a message, the same for all of this topic. */
  readonly size: number;
  private readonly bytes: Buffer;
  private readonly hasPacketId: boolean;
  private readonly packetIdAt: number;
  private readonly payloadAt: number;

  /** @param payloadBytes at least {@link MARK_BYTES} */
  constructor(protocol: Protocol, qos: QoS, topic: string, stream: number, payloadBytes: number) {
    if (payloadBytes < MARK_BYTES) throw new RangeError(`A payload has at least ${MARK_BYTES} bytes`);
    const payload = Buffer.alloc(payloadBytes, FILLER);
    payload.writeUInt32BE(stream, 0);
    const id = Buffer.alloc(qos === 0 ? 0 : 2);
    const properties = Buffer.alloc(protocol === 5 ? 1 : 0);
    this.bytes = packet((PUBLISH << 4) | (qos << 1), [text(topic), id, properties, payload]);
    this.size = this.bytes.length;
    this.payloadAt = this.size - payloadBytes;
    this.packetIdAt = this.payloadAt - properties.length - id.length;
    this.hasPacketId = qos > 0;
  }

  /** Writes one message into `target`. `packetId` is left out at QoS 0. */
  write(target: Buffer, at: number, packetId: number, number: number): void {
    target.set(this.bytes, at);
    if (this.hasPacketId) {
      target[at + this.packetIdAt] = packetId >> 8;
      target[at + this.packetIdAt + 1] = packetId & 0xff;
    }
    const mark = at + this.payloadAt + 4;
    target[mark] = number >>> 24;
    target[mark + 1] = number >> 16;
    target[mark + 2] = number >> 8;
    target[mark + 3] = number;
  }

  /** Notes in a message that was written at `at` when it was sent, where latency is measured. */
  stamp(target: Buffer, at: number, microseconds: number): void {
    target.writeDoubleBE(microseconds, at + this.payloadAt + 8);
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
