import { decodeOne } from '../testing/decode-all.ts';
import { acknowledgementFixtures } from '../testing/packets/acknowledgement.ts';
import { connackFixtures } from '../testing/packets/connack.ts';
import { connectFixtures } from '../testing/packets/connect.ts';
import { disconnectFixtures } from '../testing/packets/disconnect.ts';
import { publishFixtures } from '../testing/packets/publish.ts';
import { subscribeFixtures } from '../testing/packets/subscribe.ts';
import { encode, PacketType } from './index.ts';

const packetFixtures = [
  ...connectFixtures,
  ...connackFixtures,
  ...publishFixtures,
  ...acknowledgementFixtures,
  ...subscribeFixtures,
  ...disconnectFixtures,
];

describe.each(packetFixtures)('$name', ({ bytes, packet, version, onlyParsed }) => {
  test('is parsed', () => {
    expect(decodeOne(bytes, packet.type === PacketType.CONNECT ? undefined : version)).toEqual(packet);
  });

  if (onlyParsed) {
    test('survives being generated and parsed', () => {
      expect(decodeOne(encode(packet, version), version)).toEqual(packet);
    });
  } else {
    test('is generated', () => {
      expect(encode(packet, version).toString('hex')).toBe(bytes.toString('hex'));
    });
  }
});

test('the fixtures hold every packet type of every version that has it', () => {
  for (const type of Object.values(PacketType)) {
    const versions = packetFixtures
      .filter(({ packet }) => packet.type === type)
      .map(({ version }) => version);
    const hasBody = type !== PacketType.PINGREQ && type !== PacketType.PINGRESP;
    if (hasBody && type !== PacketType.AUTH) expect(versions).toContain(4);
    if (hasBody) expect(versions).toContain(5);
    expect(versions).not.toHaveLength(0);
  }
});
