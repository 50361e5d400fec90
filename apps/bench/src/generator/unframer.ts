/** No server has reason to answer an upgrade with more. */
const MAX_ANSWER_BYTES = 8_192;
const END_OF_ANSWER = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

const CONTINUATION = 0;
const BINARY = 2;
const CLOSE = 8;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The request that makes a connection one of MQTT over WebSocket (RFC 6455 section 4.1, MQTT 5.0 section 6). */
export function upgradeRequest(host: string, port: number): string {
  return [
    'GET /mqtt HTTP/1.1',
    `Host: ${host}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: mqtt',
    '',
    '',
  ].join('\r\n');
}

export interface UnframerSink {
  onUpgraded(): void;
  /** Bytes of the stream within the frames; frames and pieces of them are not told apart. */
  onBytes(bytes: Buffer): void;
  /** The server says farewell. */
  onCloseFrame(): void;
}

/** Takes a server's WebSocket frames, which may be cut anywhere, off the bytes that they carry. */
export class Unframer {
  private readonly sink: UnframerSink;
  private isUpgraded = false;
  /** The beginning of an answer or of a frame's head whose end has not come. */
  private remainder: Buffer = NOTHING;
  /** Bytes of the frame under way that are still to come. */
  private left = 0;
  private isOver = false;

  constructor(sink: UnframerSink) {
    this.sink = sink;
  }

  /** @throws Error when the server refuses the upgrade, or its frames are not those of a server of MQTT */
  scan(chunk: Buffer): void {
    if (this.isOver) return;
    let bytes = this.remainder.length === 0 ? chunk : Buffer.concat([this.remainder, chunk]);
    this.remainder = NOTHING;
    if (!this.isUpgraded) bytes = this.passAnswer(bytes);
    let at = 0;
    while (at < bytes.length) {
      if (this.left === 0) {
        const payloadAt = this.passHead(bytes, at);
        if (payloadAt === 0) {
          this.remainder = bytes.subarray(at);
          return;
        }
        at = payloadAt;
      }
      const end = Math.min(bytes.length, at + this.left);
      this.left -= end - at;
      if (end > at) this.sink.onBytes(bytes.subarray(at, end));
      at = end;
    }
  }

  /** @returns what follows the answer */
  private passAnswer(bytes: Buffer): Buffer {
    const end = bytes.indexOf(END_OF_ANSWER);
    if (end < 0) {
      if (bytes.length > MAX_ANSWER_BYTES) throw new Error('The broker answers the upgrade without an end');
      this.remainder = bytes;
      return NOTHING;
    }
    const [status] = bytes.toString('latin1', 0, end).split('\r\n');
    if (!status.startsWith('HTTP/1.1 101')) throw new Error(`The broker refuses the upgrade: ${status}`);
    this.isUpgraded = true;
    this.sink.onUpgraded();
    return bytes.subarray(end + END_OF_ANSWER.length);
  }

  /** @returns where the payload begins; 0: the head is not all there */
  private passHead(bytes: Buffer, at: number): number {
    if (at + 2 > bytes.length) return 0;
    const opcode = bytes[at] & 0x0f;
    const length = bytes[at + 1];
    if (opcode === CLOSE) {
      this.isOver = true;
      this.sink.onCloseFrame();
      return bytes.length;
    }
    if (opcode !== BINARY && opcode !== CONTINUATION)
      throw new Error(`The broker sent a frame of type ${opcode}`);
    if (length > LENGTH_64) throw new Error('The broker sent a masked frame');
    if (length < LENGTH_16) {
      this.left = length;
      return at + 2;
    }
    const lengthBytes = length === LENGTH_16 ? 2 : 8;
    const payloadAt = at + 2 + lengthBytes;
    if (payloadAt > bytes.length) return 0;
    if (lengthBytes === 8 && bytes.readUInt32BE(at + 2) > 0)
      throw new Error('The broker sent a frame too long');
    this.left = bytes.readUIntBE(payloadAt - Math.min(4, lengthBytes), Math.min(4, lengthBytes));
    return payloadAt;
  }
}
