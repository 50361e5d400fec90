import mqttPacket, { type Packet } from 'mqtt-packet';
import { framed, FRAMINGS } from './framing.ts';
import { receivedOverWebSocket } from '../../testing/received.ts';
import { connectPacket, DISCONNECT_PACKET, PublishTemplate, subscribePacket } from './templates.ts';

const SHAPE = { qos: 1, topic: 't', stream: 0, payloadBytes: 256, hasNewTopics: false } as const;

/** What the frame carries, as another implementation reads it. */
async function payloadOf(frame: Buffer): Promise<Buffer> {
  const messages = await receivedOverWebSocket(frame);
  expect(messages).toHaveLength(1);
  return messages[0];
}

/** As another implementation reads it. */
function read(protocol: 4 | 5, bytes: Buffer): Packet {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser({ protocolVersion: protocol });
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => expect(error).toBeNull());
  expect(parser.parse(bytes)).toBe(0);
  expect(packets).toHaveLength(1);
  return packets[0];
}

describe.each([4, 5] as const)('protocol level %d', (protocol) => {
  test('CONNECT says who, and whether the session is kept', () => {
    const login = { username: 'bench:bench', password: 'secret' };
    const kept = { clientId: 'r1s1', clean: false, login };
    expect(read(protocol, connectPacket(protocol, kept))).toMatchObject({
      cmd: 'connect',
      protocolVersion: protocol,
      clientId: 'r1s1',
      clean: false,
      keepalive: 0,
      username: 'bench:bench',
      password: Buffer.from('secret'),
      ...(protocol === 5 ? { properties: { sessionExpiryInterval: 86_400 } } : {}),
    });
    const transient = read(protocol, connectPacket(protocol, { ...kept, clean: true }));
    expect(transient).toMatchObject({ clean: true });
    expect(transient).not.toHaveProperty('properties.sessionExpiryInterval');
  });

  test('CONNECT without a login has no user name', () => {
    const bytes = connectPacket(protocol, { clientId: 'a', clean: true, login: null });
    expect(read(protocol, bytes)).not.toHaveProperty('username');
  });

  test('SUBSCRIBE asks for one filter', () => {
    expect(read(protocol, subscribePacket(protocol, 'r1/+', 2))).toMatchObject({
      cmd: 'subscribe',
      subscriptions: [{ topic: 'r1/+', qos: 2 }],
    });
  });

  test.each([
    [0, 'tcp'],
    [1, 'tcp'],
    [2, 'tcp'],
    [0, 'websocket'],
    [1, 'websocket'],
  ] as const)('a QoS %d PUBLISH over %s carries its stream, number and time', async (qos, transport) => {
    const shape = { ...SHAPE, qos, topic: 'r1/000003', stream: 3 };
    const template = new PublishTemplate(protocol, FRAMINGS[transport], shape);
    const before = 5;
    const bytes = Buffer.alloc(before + template.size);
    template.write(bytes, before, 0xabcd, 0xfedcba98);
    template.stamp(bytes, before, 1234.5);
    const sent = bytes.subarray(before);
    const packet = read(protocol, transport === 'tcp' ? sent : await payloadOf(sent));
    expect(packet).toMatchObject({ cmd: 'publish', qos, topic: 'r1/000003', retain: false, dup: false });
    if (packet.cmd !== 'publish') return;
    expect(packet.messageId).toBe(qos === 0 ? undefined : 0xabcd);
    const payload = packet.payload as Buffer;
    expect(payload).toHaveLength(256);
    expect([payload.readUInt32BE(0), payload.readUInt32BE(4), payload.readDoubleBE(8)]).toEqual([
      3, 0xfedcba98, 1234.5,
    ]);
  });

  test.each(['tcp', 'websocket'] as const)(
    'a topic may have the number at its end, over %s',
    async (transport) => {
      const shape = { ...SHAPE, qos: 1, hasNewTopics: true } as const;
      const template = new PublishTemplate(protocol, FRAMINGS[transport], shape);
      const topics: unknown[] = [];
      const bytes = Buffer.alloc(template.size);
      for (const number of [0, 7, 123_456, 4_294_967]) {
        template.write(bytes, 0, 1, number);
        topics.push(read(protocol, transport === 'tcp' ? bytes : await payloadOf(bytes)));
      }
      expect(topics).toMatchObject(
        ['000000000', '000000007', '000123456', '004294967'].map((level) => ({ topic: `t/${level}` })),
      );
    },
  );

  test('DISCONNECT is understood', () => {
    expect(read(protocol, DISCONNECT_PACKET)).toMatchObject({ cmd: 'disconnect' });
  });
});

test('a payload without room for its mark is refused', () => {
  expect(() => new PublishTemplate(4, FRAMINGS.tcp, { ...SHAPE, payloadBytes: 15 })).toThrow(RangeError);
});

test.each([0, 4, 125, 126, 65_535, 65_536])('a frame of %d bytes is read as it was meant', async (length) => {
  const packet = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
  expect(await payloadOf(framed(FRAMINGS.websocket, packet))).toEqual(packet);
});
