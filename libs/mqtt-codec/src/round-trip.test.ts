import fc from 'fast-check';
import {
  arbitraryForwarded,
  arbitraryPacket,
  arbitraryPacketAfterConnect,
} from '../testing/arbitrary-packets.ts';
import { decodeAll, decodeOne } from '../testing/decode-all.ts';
import {
  decodeForwardedProperties,
  encode,
  encodeForwardedProperties,
  MqttError,
  type Packet,
  PacketDecoder,
  type ProtocolVersion,
} from './index.ts';

const versions: ProtocolVersion[] = [3, 4, 5];

describe.each(versions)('in protocol version %d', (version) => {
  test('every packet is parsed as it was generated', () => {
    fc.assert(
      fc.property(arbitraryPacket(version), (packet) => {
        expect(decodeOne(encode(packet, version), version)).toEqual(packet);
      }),
      { numRuns: 1_000 },
    );
  });

  test('chunk boundaries never matter', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryPacketAfterConnect(version), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 200 }))),
        (packets, lengths) => {
          const stream = Buffer.concat(packets.map((packet) => encode(packet, version)));
          expect(decodeAll(cut(stream, lengths), version)).toEqual(packets);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('chunks may also be given all before the first packet is taken', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryPacketAfterConnect(version), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 100 })),
        (packets, lengths) => {
          const stream = Buffer.concat(packets.map((packet) => encode(packet, version)));
          const decoder = decoderOf(version);
          for (const chunk of cut(stream, lengths)) decoder.push(chunk);
          expect(packets.map(() => decoder.next())).toEqual(packets);
          expect(decoder.next()).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a packet that lost its end, with a length to match, is refused with an MqttError or is another packet', () => {
    fc.assert(
      fc.property(arbitraryPacket(version), fc.nat(), (packet, position) => {
        const bytes = encode(packet, version);
        const body = bytes.subarray(bodyStart(bytes));
        const kept = body.subarray(0, position % (body.length + 1));
        expectPacketsOrMqttError(withLength(bytes[0], kept), version);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a packet with bytes changed is refused with an MqttError or is another packet', () => {
    fc.assert(
      fc.property(
        arbitraryPacket(version),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        (packet, changes) => {
          const bytes = Buffer.from(encode(packet, version));
          for (const [position, byte] of changes) bytes[position % bytes.length] = byte;
          expectPacketsOrMqttError(bytes, version);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('any bytes are packets, an MqttError, or wait for more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectPacketsOrMqttError(Buffer.from(bytes), version);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a packet that was accepted is generated and parsed as the same packet again', () => {
    fc.assert(
      fc.property(
        arbitraryPacket(version),
        fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })),
        (original, [position, byte]) => {
          const bytes = Buffer.from(encode(original, version));
          bytes[position % bytes.length] = byte;
          for (const packet of packetsBeforeError(bytes, version)) {
            const level = 'protocolVersion' in packet ? packet.protocolVersion : version;
            expect(decodeOne(encode(packet, level), level)).toEqual(packet);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('what lies behind the end of a chunk is never read', () => {
  fc.assert(
    fc.property(
      arbitraryPacket(5),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      (packet, position, filler) => {
        const bytes = encode(packet, 5);
        const kept = bytes.subarray(0, position % (bytes.length + 1));
        const alone = outcome(Buffer.from(kept), 5);
        const roomy = Buffer.alloc(kept.length + 600, filler);
        kept.copy(roomy, 300);
        expect(outcome(roomy.subarray(300, 300 + kept.length), 5)).toEqual(alone);
      },
    ),
    { numRuns: 500 },
  );
});

test('forwarded properties are read as they were written', () => {
  fc.assert(
    fc.property(arbitraryForwarded, (properties) => {
      expect(decodeForwardedProperties(encodeForwardedProperties(properties))).toEqual(properties);
    }),
  );
});

function decoderOf(version: ProtocolVersion): PacketDecoder {
  const decoder = new PacketDecoder({ maximumPacketSize: 1_000_000 });
  decoder.protocolVersion = version;
  return decoder;
}

/** `stream` in pieces of the given `lengths`. */
function cut(stream: Buffer, lengths: Iterable<number>): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const length of lengths) {
    if (start >= stream.length) break;
    chunks.push(stream.subarray(start, start + length));
    start += length;
  }
  return chunks;
}

function bodyStart(bytes: Buffer): number {
  let position = 1;
  while (bytes[position++] >= 0x80);
  return position;
}

function withLength(firstByte: number, body: Buffer): Buffer {
  const header = [firstByte];
  let rest = body.length;
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}

function expectPacketsOrMqttError(bytes: Buffer, version: ProtocolVersion): void {
  const { error } = outcome(bytes, version);
  if (error !== undefined) expect(error).toBeInstanceOf(MqttError);
}

function packetsBeforeError(bytes: Buffer, version: ProtocolVersion): Packet[] {
  return outcome(bytes, version).packets;
}

function outcome(bytes: Buffer, version: ProtocolVersion): { packets: Packet[]; error: unknown } {
  const decoder = decoderOf(version);
  decoder.push(bytes);
  const packets: Packet[] = [];
  try {
    for (let packet = decoder.next(); packet !== null; packet = decoder.next()) packets.push(packet);
    return { packets, error: undefined };
  } catch (error) {
    return { packets, error };
  }
}
