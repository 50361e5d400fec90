/** RFC 6455 section 5.2. */
const FINAL = 0x80;
const CONTINUATION = 0;
const BINARY = 2;
const PING = 9;
const PONG = 10;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;
const NOTHING = Buffer.alloc(0);

export interface BinaryFramesSink {
  /** Bytes of the stream that binary frames carry, in order; where frames end is not told. */
  onPayload(bytes: Buffer): void;
  /** Bytes of the WebSocket, as they came: whole frames to begin with, but cut anywhere. */
  onOther(bytes: Buffer): void;
}

/**
 * Takes the payloads of binary frames out of what a client sends: to MQTT they are one stream of bytes [MQTT-6.0.0-2].
 * Messages in several frames, pings and pongs are handed on as they came, and so is everything from the first frame on
 * that ends the connection: a close frame, text, a frame that is too large or breaks the rules.
 *
 * A full implementation makes a buffer and an event of each frame, which costs more than all that the broker does with
 * a small message. Here the frames of a chunk are unmasked on the spot and given on in one piece.
 */
export class BinaryFrames {
  /** The beginning of a frame's head whose end has not come. */
  private remainder: Buffer = NOTHING;
  /** Bytes of the frame under way that are still to come; Infinity: all that comes is for others. */
  private left = 0;
  /** Whether the frame under way is taken out. */
  private isOurs = false;
  /** The next four bytes of its mask, the first one in the lowest place. */
  private mask = 0;
  /** A message in several frames is under way: until its last one, no frame is taken out. */
  private isWithinMessage = false;

  /** @param maxPayloadBytes of a frame; below 2^32 */
  constructor(
    private readonly maxPayloadBytes: number,
    private readonly sink: BinaryFramesSink,
  ) {}

  /** @param chunk is written to: it belongs to this class, and then to the sink */
  take(chunk: Buffer): void {
    const bytes = this.remainder.length === 0 ? chunk : Buffer.concat([this.remainder, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.remainder = NOTHING;
    // From `start` to `end` lie payloads that are not given on yet: before `at`, since they move to where heads were.
    let start = 0;
    let end = 0;
    let at = 0;
    while (at < bytes.length) {
      const headAt = at;
      if (this.left === 0) {
        at = this.readHead(view, at);
        if (at < 0) {
          this.remainder = bytes.subarray(headAt);
          break;
        }
      }
      const stop = Math.min(bytes.length, at + this.left);
      this.left -= stop - at;
      if (this.isOurs) {
        end = this.unmask(view, at, stop, end);
      } else {
        if (end > start) this.sink.onPayload(bytes.subarray(start, end));
        this.sink.onOther(bytes.subarray(headAt, stop));
        start = end = stop;
      }
      at = stop;
    }
    if (end > start) this.sink.onPayload(bytes.subarray(start, end));
  }

  /** @returns where the payload begins; -1: the head is not all there */
  private readHead(view: DataView, at: number): number {
    if (at + 2 > view.byteLength) return -1;
    const first = view.getUint8(at);
    const second = view.getUint8(at + 1);
    const isOrdinary = (second & MASKED) !== 0 && this.isExpected(first);
    const shortLength = second & ~MASKED;
    const lengthBytes = shortLength < LENGTH_16 ? 0 : shortLength === LENGTH_64 ? 8 : 2;
    const maskAt = at + 2 + lengthBytes;
    if (isOrdinary && maskAt + MASK_BYTES > view.byteLength) return -1;
    const length = !isOrdinary
      ? Infinity
      : lengthBytes === 0
        ? shortLength
        : lengthAt(view, at + 2, lengthBytes);
    if (length > this.maxPayloadBytes) {
      this.left = Infinity;
      this.isOurs = false;
      return at;
    }
    this.left = length;
    this.isOurs = first === (FINAL | BINARY);
    this.mask = view.getInt32(maskAt, true);
    if (first === BINARY) this.isWithinMessage = true;
    else if (first === (FINAL | CONTINUATION)) this.isWithinMessage = false;
    return maskAt + MASK_BYTES;
  }

  /** Whether a frame that begins so may come now, and the connection goes on after it. */
  private isExpected(first: number): boolean {
    if (first === (FINAL | PING) || first === (FINAL | PONG)) return true;
    if (this.isWithinMessage) return first === CONTINUATION || first === (FINAL | CONTINUATION);
    return first === BINARY || first === (FINAL | BINARY);
  }

  /** Moves the bytes from `at` to `stop` to `to`, which is not behind `at`. @returns the end of what was moved */
  private unmask(view: DataView, at: number, stop: number, to: number): number {
    const { mask } = this;
    let from = at;
    let end = to;
    for (; from + 4 <= stop; from += 4, end += 4) {
      view.setInt32(end, view.getInt32(from, true) ^ mask, true);
    }
    for (; from < stop; from++, end++) {
      view.setUint8(end, view.getUint8(from) ^ this.mask);
      // The frame's next byte has the mask's next one.
      this.mask = (this.mask >>> 8) | (this.mask << 24);
    }
    return end;
  }
}

function lengthAt(view: DataView, at: number, bytes: 2 | 8): number {
  if (bytes === 2) return view.getUint16(at);
  return view.getUint32(at) > 0 ? Infinity : view.getUint32(at + 4);
}
