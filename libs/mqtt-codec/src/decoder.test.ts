import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeAll, decodeOne } from '../testing/decode-all.ts';
import { hex } from '../testing/hex.ts';
import { encode, MqttError, PacketDecoder, PacketType, type PublishPacket, ReasonCode } from './index.ts';

const CONNECT_5 = hex("10 0f  00 04 'MQTT' 05 02 00 3c  00  00 02 'c1'");
const CONNECT_4 = hex("10 0e  00 04 'MQTT' 04 02 00 3c  00 02 'c1'");

function decoderFor(version: 4 | 5 | undefined, maximumPacketSize = 1_000_000): PacketDecoder {
  const decoder = new PacketDecoder({ maximumPacketSize });
  decoder.protocolVersion = version;
  return decoder;
}

function publish(payload: Buffer, topic = 'a/b'): PublishPacket {
  return {
    type: PacketType.PUBLISH,
    dup: false,
    qos: 0,
    retain: false,
    topic,
    packetIdentifier: 0,
    topicAlias: 0,
    messageExpiryInterval: undefined,
    subscriptionIdentifiers: undefined,
    forwardedProperties: Buffer.alloc(0),
    payload,
  };
}

describe('protocol version', () => {
  test.each([
    [3, hex("10 10  00 06 'MQIsdp' 03 02 00 3c  00 02 'c1'")],
    [4, CONNECT_4],
    [5, CONNECT_5],
  ])('is %d after a CONNECT of that version', (version, connect) => {
    const decoder = decoderFor(undefined);
    decoder.push(connect);
    expect(decoder.next()).toMatchObject({ type: PacketType.CONNECT, protocolVersion: version });
    expect(decoder.protocolVersion).toBe(version);
  });

  test('holds for the packets behind the CONNECT in the same chunk', () => {
    const chunk = Buffer.concat([CONNECT_5, hex("30 06 00 03 'a/b' 00"), hex('c0 00')]);
    expect(decodeAll(chunk, undefined).map(({ type }) => type)).toEqual([
      PacketType.CONNECT,
      PacketType.PUBLISH,
      PacketType.PINGREQ,
    ]);
  });

  test('is known when a CONNECT is refused for what comes behind its level', () => {
    const decoder = decoderFor(undefined);
    decoder.push(hex("10 0f  00 04 'MQTT' 05 03 00 3c  00  00 02 'c1'"));
    expect(() => decoder.next()).toThrow(MqttError);
    expect(decoder.protocolVersion).toBe(5);
  });

  test('stays unknown when it is not supported', () => {
    const decoder = decoderFor(undefined);
    decoder.push(hex("10 0e  00 04 'MQTT' 06 02 00 3c  00 02 'c1'"));
    expect(() => decoder.next()).toThrow(MqttError);
    expect(decoder.protocolVersion).toBeUndefined();
  });

  test('is not changed by a second CONNECT, which is left to the caller [MQTT-3.1.0-2]', () => {
    const decoder = decoderFor(undefined);
    decoder.push(Buffer.concat([CONNECT_5, CONNECT_4]));
    expect(decoder.next()).toMatchObject({ protocolVersion: 5 });
    expect(decoder.next()).toMatchObject({ type: PacketType.CONNECT, protocolVersion: 4 });
    expect(decoder.protocolVersion).toBe(5);
  });

  test('an overlong remaining length is accepted in 3.1.1, which does not forbid it', () => {
    expect(decodeOne(hex('c0 80 80 00'), 4)).toEqual({ type: PacketType.PINGREQ });
  });
});

describe('maximum packet size', () => {
  const bytes = encode(publish(Buffer.alloc(100)), 4);

  test('counts the fixed header', () => {
    expect(decodeAll(bytes, 4, bytes.length)).toHaveLength(1);
    expect(() => decodeAll(bytes, 4, bytes.length - 1)).toThrow(
      expect.objectContaining({ reasonCode: ReasonCode.PACKET_TOO_LARGE, clause: 'MQTT-3.2.2-15' }),
    );
  });

  test.each([
    ['in one chunk', [hex('30 ff ff ff 7f')]],
    ['byte by byte', [hex('30'), hex('ff'), hex('ff'), hex('ff'), hex('7f')]],
  ])('refuses a packet by its fixed header alone, %s', (_title, chunks) => {
    expect(() => decodeAll(chunks, 4, 1_000_000)).toThrow(
      expect.objectContaining({ reasonCode: ReasonCode.PACKET_TOO_LARGE }),
    );
  });

  test('can be changed between two packets', () => {
    const decoder = decoderFor(4, 50);
    decoder.push(Buffer.concat([hex('c0 00'), bytes, bytes]));
    expect(decoder.next()).toEqual({ type: PacketType.PINGREQ });
    decoder.maximumPacketSize = bytes.length;
    expect(decoder.next()).toMatchObject({ type: PacketType.PUBLISH });
    decoder.maximumPacketSize = 50;
    expect(() => decoder.next()).toThrow(
      expect.objectContaining({ reasonCode: ReasonCode.PACKET_TOO_LARGE }),
    );
  });

  test('may be all that the protocol allows', () => {
    const largest = Buffer.alloc(268_435_455 - 5);
    largest[largest.length - 1] = 7;
    const packet = encode(publish(largest), 4);
    expect(packet).toHaveLength(268_435_460);
    const [decoded] = decodeAll(packet, 4) as PublishPacket[];
    expect(decoded.payload.length).toBe(largest.length);
    expect(decoded.payload.at(-1)).toBe(7);
  });
});

describe('views and copies', () => {
  test('payload and forwarded properties are views into the chunk that holds the packet', () => {
    const chunk = hex("30 13 00 03 'a/b' 07 26 00 01 'k' 00 01 'v' 'hello!'");
    const { payload, forwardedProperties } = decodeOne(chunk, 5) as PublishPacket;
    expect(payload.buffer).toBe(chunk.buffer);
    expect(forwardedProperties.buffer).toBe(chunk.buffer);
    chunk.fill('x', chunk.length - 6);
    expect(payload.toString()).toBe('xxxxxx');
  });

  test('forwarded properties that stand together are a view even when others stand around them', () => {
    const chunk = hex("30 17 00 03 'a/b' 11 23 00 01 26 00 01 'k' 00 01 'v' 01 01 02 00 00 00 09");
    const { forwardedProperties, topicAlias, messageExpiryInterval } = decodeOne(chunk, 5) as PublishPacket;
    expect(forwardedProperties.buffer).toBe(chunk.buffer);
    expect(forwardedProperties).toEqual(hex("26 00 01 'k' 00 01 'v' 01 01"));
    expect({ topicAlias, messageExpiryInterval }).toEqual({ topicAlias: 1, messageExpiryInterval: 9 });
  });

  test('a packet without payload and properties keeps no chunk in memory', () => {
    const chunk = hex("30 06 00 03 'a/b' 00");
    const { payload, forwardedProperties } = decodeOne(chunk, 5) as PublishPacket;
    expect(payload.buffer).not.toBe(chunk.buffer);
    expect(forwardedProperties.buffer).not.toBe(chunk.buffer);
  });

  test('packets that lie in several chunks do not share memory', () => {
    const bytes = encode(publish(Buffer.from('hello')), 4);
    const halves = [bytes.subarray(0, 8), bytes.subarray(8)];
    const [first, second] = decodeAll([...halves, ...halves], 4) as PublishPacket[];
    first.payload.fill('x');
    expect(second.payload.toString()).toBe('hello');
  });

  test('a topic that comes again is the same, whatever came between', () => {
    const topics = ['a/b', 'a/b', 'a/c', 'é', 'é', 'a'];
    const stream = Buffer.concat(topics.map((topic) => encode(publish(Buffer.alloc(0), topic), 4)));
    expect(decodeAll(stream, 4).map((packet) => (packet as PublishPacket).topic)).toEqual(topics);
  });

  test('a topic whose bytes look like the code units of the one before is read for itself', () => {
    const latin = encode(publish(Buffer.alloc(0), 'Ã©'), 4);
    const utf8 = hex('30 04 00 02 c3 a9');
    expect(decodeAll([latin, utf8], 4).map((packet) => (packet as PublishPacket).topic)).toEqual(['Ã©', 'é']);
  });
});

test('a decoder that waits for the next packet keeps no chunk in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const decoder = decoderFor(5);
  const chunk = new WeakRef(pushAndDrain(decoder));
  // A WeakRef holds its target until the present job has ended.
  await new Promise(setImmediate);
  collectGarbage();
  expect(chunk.deref()).toBeUndefined();
  expect(decoder.next()).toBeNull();
});

/** Gives `decoder` a chunk with one packet, takes that, and returns the chunk's memory. */
function pushAndDrain(decoder: PacketDecoder): ArrayBufferLike {
  const bytes = hex("30 13 00 03 'a/b' 07 26 00 01 'k' 00 01 'v' 'hello!'");
  const chunk = Buffer.from(new ArrayBuffer(bytes.length));
  bytes.copy(chunk);
  decoder.push(chunk);
  expect(decoder.next()).toMatchObject({ topic: 'a/b' });
  expect(decoder.next()).toBeNull();
  return chunk.buffer;
}

describe('large packets in many chunks', () => {
  test('take a time that grows with their size alone', () => {
    const payload = Buffer.alloc(64 * 1024 * 1024, 'payload');
    const bytes = encode(publish(payload), 4);
    const chunks: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += 4_096)
      chunks.push(bytes.subarray(start, start + 4_096));
    // Copied anew for each of 16,384 chunks this would be 550 GB.
    const [packet] = decodeAll(chunks, 4) as PublishPacket[];
    expect(packet.payload.equals(payload)).toBe(true);
  });

  test('set aside no more than twice what has come', () => {
    const decoder = decoderFor(4, 268_435_460);
    const before = process.memoryUsage().arrayBuffers;
    const header = hex("30 f0 ff ff 7f 00 01 'a'");
    decoder.push(header);
    expect(decoder.next()).toBeNull();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

describe('after an error', () => {
  test('every call throws the same error again, and nothing behind it is read', () => {
    const decoder = decoderFor(4);
    decoder.push(Buffer.concat([hex('c0 00'), hex('c1 00'), hex('c0 00')]));
    expect(decoder.next()).toEqual({ type: PacketType.PINGREQ });
    const error = thrownBy(() => decoder.next());
    expect(error).toBeInstanceOf(MqttError);
    decoder.push(hex('c0 00'));
    expect(thrownBy(() => decoder.next())).toBe(error);
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}
