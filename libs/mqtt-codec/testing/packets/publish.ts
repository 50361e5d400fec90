import { PacketType } from '../../src/index.ts';
import { hex } from '../hex.ts';
import type { PacketFixture } from './fixture.ts';

const none = Buffer.alloc(0);

const publish = {
  type: PacketType.PUBLISH,
  dup: false,
  qos: 0,
  retain: false,
  topic: 'a/b',
  packetIdentifier: 0,
  topicAlias: 0,
  messageExpiryInterval: undefined,
  subscriptionIdentifiers: undefined,
  forwardedProperties: none,
  payload: none,
} as const;

export const publishFixtures: PacketFixture[] = [
  {
    name: 'PUBLISH 3.1.1 at QoS 0 without a payload',
    version: 4,
    bytes: hex("30 05 00 03 'a/b'"),
    packet: publish,
  },
  {
    name: 'PUBLISH 3.1.1 at QoS 1, retained',
    version: 4,
    bytes: hex("33 09 00 03 'a/b' 00 0a 'hi'"),
    packet: { ...publish, qos: 1, retain: true, packetIdentifier: 10, payload: Buffer.from('hi') },
  },
  {
    name: 'PUBLISH 3.1.1 at QoS 2, sent again',
    version: 4,
    bytes: hex("3c 07 00 03 'a/b' ff ff"),
    packet: { ...publish, dup: true, qos: 2, packetIdentifier: 65_535 },
  },
  {
    name: 'PUBLISH 3.1.1 to a topic beyond ASCII',
    version: 4,
    bytes: hex("30 0d 00 0a ef bb bf 'é/' f0 aa 9b 94 '!'"),
    packet: { ...publish, topic: '\ufeffé/\u{2a6d4}', payload: Buffer.from('!') },
  },
  {
    name: 'PUBLISH 5.0 without properties',
    version: 5,
    bytes: hex("30 07 00 03 'a/b' 00 'x'"),
    packet: { ...publish, payload: Buffer.from('x') },
  },
  {
    name: 'PUBLISH 5.0 by topic alias alone',
    version: 5,
    bytes: hex('32 08 00 00 00 01 03 23 00 07'),
    packet: { ...publish, qos: 1, topic: '', packetIdentifier: 1, topicAlias: 7 },
  },
  {
    name: 'PUBLISH 5.0 with every property, the forwarded ones together',
    version: 5,
    bytes: hex(`34 34 00 03 'a/b' 00 01
      2a  23 00 02  02 00 00 00 3c  0b 01  0b 80 01
          01 01  03 00 01 't'  08 00 03 'r/t'  09 00 02 00 ff  26 00 01 'k' 00 01 'v'  26 00 00 00 00
      00 ff`),
    packet: {
      ...publish,
      qos: 2,
      packetIdentifier: 1,
      topicAlias: 2,
      messageExpiryInterval: 60,
      subscriptionIdentifiers: [1, 128],
      forwardedProperties: hex(
        "01 01  03 00 01 't'  08 00 03 'r/t'  09 00 02 00 ff  26 00 01 'k' 00 01 'v'  26 00 00 00 00",
      ),
      payload: hex('00 ff'),
    },
  },
  {
    name: 'PUBLISH 5.0 with forwarded properties around the others',
    version: 5,
    bytes: hex(`30 21 00 03 'a/b'
      1b  26 00 01 'k' 00 01 'v'  23 00 02  01 00  02 00 00 00 00  03 00 01 't'  26 00 01 'x' 00 00`),
    packet: {
      ...publish,
      topicAlias: 2,
      messageExpiryInterval: 0,
      forwardedProperties: hex("26 00 01 'k' 00 01 'v'  01 00  03 00 01 't'  26 00 01 'x' 00 00"),
    },
    onlyParsed: true,
  },
];
