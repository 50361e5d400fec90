import {
  CONNACK,
  DISCONNECT,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  type Protocol,
  type QoS,
  SUBACK,
} from './templates.ts';

/** No broker has reason to send more than this; a greater length is a misread stream. */
const MAX_PACKET_BYTES = 1 << 20;
const NOTHING = Buffer.alloc(0);

/** What a scanner tells of the packets it passes: numbers and offsets, never an object a packet. */
export interface PacketSink {
  onConnack(sessionPresent: boolean, code: number): void;
  onSuback(code: number): void;
  /** The payload lies in `bytes` from `payloadAt` to `end`. The packet identifier is 0 at QoS 0. */
  onPublish(qos: QoS, packetId: number, bytes: Buffer, payloadAt: number, end: number): void;
  /** PUBACK, PUBREC, PUBREL or PUBCOMP; `code` is 0 where the packet carries none. */
  onAnswer(type: number, packetId: number, code: number): void;
  onPingResponse(): void;
  onDisconnect(code: number): void;
}

/** Finds the packets in a stream of bytes that may be cut anywhere. */
export class Scanner {
  /** The beginning of a packet whose end has not come. */
  private remainder: Buffer = NOTHING;
  private readonly protocol: Protocol;
  private readonly sink: PacketSink;

  constructor(protocol: Protocol, sink: PacketSink) {
    this.protocol = protocol;
    this.sink = sink;
  }

  /** @throws Error when the bytes are not those of a broker: unknown packet, or a length beyond reason */
  scan(chunk: Buffer): void {
    const bytes = this.remainder.length === 0 ? chunk : Buffer.concat([this.remainder, chunk]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      let body = at + 1;
      let length = 0;
      let shift = 0;
      let digit = 0x80;
      while (digit >= 0x80 && body < bytes.length) {
        digit = bytes[body++];
        length += (digit & 0x7f) << shift;
        shift += 7;
        if (length > MAX_PACKET_BYTES || shift > 28) throw new Error('The broker sent a packet too long');
      }
      if (digit >= 0x80 || body + length > bytes.length) break;
      this.tell(bytes, bytes[at], body, body + length);
      at = body + length;
    }
    this.remainder = at === bytes.length ? NOTHING : bytes.subarray(at);
  }

  private tell(bytes: Buffer, firstByte: number, body: number, end: number): void {
    const type = firstByte >> 4;
    if (type === PUBLISH) this.tellPublish(bytes, ((firstByte >> 1) & 3) as QoS, body, end);
    else if (type >= PUBACK && type <= PUBCOMP)
      this.sink.onAnswer(type, (bytes[body] << 8) | bytes[body + 1], end > body + 2 ? bytes[body + 2] : 0);
    else if (type === CONNACK) this.sink.onConnack((bytes[body] & 1) === 1, bytes[body + 1]);
    else if (type === SUBACK) this.sink.onSuback(bytes[end - 1]);
    else if (type === PINGRESP) this.sink.onPingResponse();
    else if (type === DISCONNECT) this.sink.onDisconnect(end > body ? bytes[body] : 0);
    else throw new Error(`The broker sent a packet of type ${type}`);
  }

  private tellPublish(bytes: Buffer, qos: QoS, body: number, end: number): void {
    let at = body + 2 + ((bytes[body] << 8) | bytes[body + 1]);
    let packetId = 0;
    if (qos > 0) {
      packetId = (bytes[at] << 8) | bytes[at + 1];
      at += 2;
    }
    if (this.protocol === 5) at = afterProperties(bytes, at);
    if (at > end) throw new Error('The broker sent a PUBLISH longer than it says');
    this.sink.onPublish(qos, packetId, bytes, at, end);
  }
}

/** Where what follows the properties at `at` begins. */
function afterProperties(bytes: Buffer, at: number): number {
  let length = 0;
  let shift = 0;
  let digit: number;
  do {
    digit = bytes[at++];
    length += (digit & 0x7f) << shift;
    shift += 7;
  } while (digit >= 0x80 && shift < 28);
  return at + length;
}
