import { PacketType } from '../../src/index.ts';
import { hex } from '../hex.ts';
import type { PacketFixture } from './fixture.ts';

const plainSubscription = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;

export const subscribeFixtures: PacketFixture[] = [
  {
    name: 'SUBSCRIBE 3.1.1 with two filters',
    version: 4,
    bytes: hex("82 0e 00 0a 00 03 'a/b' 01 00 03 'c/#' 02"),
    packet: {
      type: PacketType.SUBSCRIBE,
      packetIdentifier: 10,
      subscriptions: [
        { ...plainSubscription, topicFilter: 'a/b', qos: 1 },
        { ...plainSubscription, topicFilter: 'c/#', qos: 2 },
      ],
      properties: {},
    },
  },
  {
    name: 'SUBSCRIBE 5.0 with every option and property',
    version: 5,
    bytes: hex(`82 28 00 01  0c 0b ff ff ff 7f 26 00 01 'k' 00 01 'v'
      00 01 '+' 2e  00 0b '$share/g/a/' 19 00 04 '$sys' 00`),
    packet: {
      type: PacketType.SUBSCRIBE,
      packetIdentifier: 1,
      subscriptions: [
        { topicFilter: '+', qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 },
        { topicFilter: '$share/g/a/', qos: 1, noLocal: false, retainAsPublished: true, retainHandling: 1 },
        { ...plainSubscription, topicFilter: '$sys' },
      ],
      properties: { subscriptionIdentifiers: [268_435_455], userProperties: [['k', 'v']] },
    },
  },
  {
    name: 'SUBACK 3.1.1',
    version: 4,
    bytes: hex('90 06 00 0a 00 01 02 80'),
    packet: { type: PacketType.SUBACK, packetIdentifier: 10, reasonCodes: [0, 1, 2, 0x80] },
  },
  {
    name: 'SUBACK 5.0',
    version: 5,
    bytes: hex('90 05 00 0a 00 02 87'),
    packet: { type: PacketType.SUBACK, packetIdentifier: 10, reasonCodes: [2, 0x87] },
  },
  {
    name: 'SUBACK 5.0 with properties',
    version: 5,
    bytes: hex("90 08 00 0a 04 1f 00 01 'r' 8f"),
    packet: {
      type: PacketType.SUBACK,
      packetIdentifier: 10,
      reasonCodes: [0x8f],
      properties: { reasonString: 'r' },
    },
  },
  {
    name: 'UNSUBSCRIBE 3.1.1',
    version: 4,
    bytes: hex("a2 0c 00 0a 00 03 'a/b' 00 03 'c/d'"),
    packet: {
      type: PacketType.UNSUBSCRIBE,
      packetIdentifier: 10,
      topicFilters: ['a/b', 'c/d'],
      properties: {},
    },
  },
  {
    name: 'UNSUBSCRIBE 5.0 with a user property',
    version: 5,
    bytes: hex("a2 0d 00 0a 07 26 00 01 'k' 00 01 'v' 00 01 '#'"),
    packet: {
      type: PacketType.UNSUBSCRIBE,
      packetIdentifier: 10,
      topicFilters: ['#'],
      properties: { userProperties: [['k', 'v']] },
    },
  },
  {
    name: 'UNSUBACK 3.1.1',
    version: 4,
    bytes: hex('b0 02 00 0a'),
    packet: { type: PacketType.UNSUBACK, packetIdentifier: 10, reasonCodes: [] },
  },
  {
    name: 'UNSUBACK 5.0',
    version: 5,
    bytes: hex('b0 05 00 0a 00 00 11'),
    packet: { type: PacketType.UNSUBACK, packetIdentifier: 10, reasonCodes: [0, 0x11] },
  },
  {
    name: 'UNSUBACK 5.0 with properties',
    version: 5,
    bytes: hex("b0 08 00 0a 04 1f 00 01 'r' 80"),
    packet: {
      type: PacketType.UNSUBACK,
      packetIdentifier: 10,
      reasonCodes: [0x80],
      properties: { reasonString: 'r' },
    },
  },
];
