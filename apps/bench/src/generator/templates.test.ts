import mqttPacket, { type Packet } from 'mqtt-packet';
import { connectPacket, DISCONNECT_PACKET, PublishTemplate, subscribePacket } from './templates.ts';

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
    const kept = { clientId: 'r1s1', clean: false, username: 'bench:bench', password: 'secret' };
    expect(read(protocol, connectPacket(protocol, kept))).toMatchObject({
      cmd: 'connect',
      protocolVersion: protocol,
      clientId: 'r1s1',
      clean: false,
      keepalive: 0,
      username: 'bench:bench',
      password: Buffer.from('secret'),
      ...(protocol === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
    });
    const transient = read(protocol, connectPacket(protocol, { ...kept, clean: true }));
    expect(transient).toMatchObject({ clean: true });
    expect(transient).not.toHaveProperty('properties.sessionExpiryInterval');
  });

  test('CONNECT without a login has no user name', () => {
    const bytes = connectPacket(protocol, { clientId: 'a', clean: true, username: null, password: null });
    expect(read(protocol, bytes)).not.toHaveProperty('username');
  });

  test('SUBSCRIBE asks for one filter', () => {
    expect(read(protocol, subscribePacket(protocol, 'r1/+', 2))).toMatchObject({
      cmd: 'subscribe',
      subscriptions: [{ topic: 'r1/+', qos: 2 }],
    });
  });

  test.each([0, 1, 2] as const)('a QoS %d PUBLISH carries its stream, number and time', (qos) => {
    const template = new PublishTemplate(protocol, qos, 'r1/000003', 3, 256);
    const before = 5;
    const bytes = Buffer.alloc(before + template.size);
    template.write(bytes, before, 0xabcd, 0xfedcba98);
    template.stamp(bytes, before, 1234.5);
    const packet = read(protocol, bytes.subarray(before));
    expect(packet).toMatchObject({ cmd: 'publish', qos, topic: 'r1/000003', retain: false, dup: false });
    if (packet.cmd !== 'publish') return;
    expect(packet.messageId).toBe(qos === 0 ? undefined : 0xabcd);
    const payload = packet.payload as Buffer;
    expect(payload).toHaveLength(256);
    expect([payload.readUInt32BE(0), payload.readUInt32BE(4), payload.readDoubleBE(8)]).toEqual([
      3, 0xfedcba98, 1234.5,
    ]);
  });

  test('DISCONNECT is understood', () => {
    expect(read(protocol, DISCONNECT_PACKET)).toMatchObject({ cmd: 'disconnect' });
  });
});

test('a payload without room for its mark is refused', () => {
  expect(() => new PublishTemplate(4, 1, 't', 0, 15)).toThrow(RangeError);
});
