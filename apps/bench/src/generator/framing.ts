/** How a packet lies on the wire: as it is, or (WebSocket) in a frame of its own, as most clients send it. */

export type Transport = 'tcp' | 'websocket';

export interface Framing {
  /** Four bytes that the bytes of a packet are XORed with in turn. */
  readonly mask: Uint8Array;
  /** What stands before a packet of so many bytes. */
  head(packetBytes: number): Buffer;
}

const FINAL_BINARY = 0x82;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/**
 * A client's mask should be random (RFC 6455 section 5.3) to keep proxies from being fooled; here are none. It is not
 * 0, which servers are free to leave out of their work.
 */
const MASK = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

export const FRAMINGS: Record<Transport, Framing> = {
  tcp: { mask: new Uint8Array(4), head: () => Buffer.alloc(0) },
  websocket: { mask: MASK, head: frameHead },
};

/** RFC 6455 section 5.2. */
function frameHead(payloadBytes: number): Buffer {
  if (payloadBytes < LENGTH_16) return Buffer.from([FINAL_BINARY, MASKED | payloadBytes, ...MASK]);
  if (payloadBytes > 0xffff) {
    const head = Buffer.from([FINAL_BINARY, MASKED | LENGTH_64, ...new Uint8Array(8), ...MASK]);
    head.writeUInt32BE(payloadBytes, 6);
    return head;
  }
  return Buffer.from([FINAL_BINARY, MASKED | LENGTH_16, payloadBytes >> 8, payloadBytes & 0xff, ...MASK]);
}

/** The packet as it goes out. */
export function framed({ mask, head }: Framing, packet: Buffer): Buffer {
  return Buffer.concat([head(packet.length), packet.map((byte, index) => byte ^ mask[index & 3])]);
}
