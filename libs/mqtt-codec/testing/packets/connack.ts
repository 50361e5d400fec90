import { PacketType } from '../../src/index.ts';
import { hex } from '../hex.ts';
import type { PacketFixture } from './fixture.ts';

export const connackFixtures: PacketFixture[] = [
  {
    name: 'CONNACK 3.1',
    version: 3,
    bytes: hex('20 02 00 00'),
    packet: { type: PacketType.CONNACK, sessionPresent: false, reasonCode: 0 },
  },
  {
    name: 'CONNACK 3.1.1 with session present',
    version: 4,
    bytes: hex('20 02 01 00'),
    packet: { type: PacketType.CONNACK, sessionPresent: true, reasonCode: 0 },
  },
  {
    name: 'CONNACK 3.1.1 that refuses',
    version: 4,
    bytes: hex('20 02 00 05'),
    packet: { type: PacketType.CONNACK, sessionPresent: false, reasonCode: 5 },
  },
  {
    name: 'CONNACK 5.0 without properties',
    version: 5,
    bytes: hex('20 03 00 00 00'),
    packet: { type: PacketType.CONNACK, sessionPresent: false, reasonCode: 0, properties: {} },
  },
  {
    name: 'CONNACK 5.0 that refuses with a reason string',
    version: 5,
    bytes: hex("20 09 00 87 06 1f 00 03 'not'"),
    packet: {
      type: PacketType.CONNACK,
      sessionPresent: false,
      reasonCode: 0x87,
      properties: { reasonString: 'not' },
    },
  },
  {
    name: 'CONNACK 5.0 with every property',
    version: 5,
    bytes: hex(`20 40 01 00 3d
      11 ff ff ff ff  12 00 02 'id'  13 00 1e  15 00 01 'm'  16 00 01 ff  1a 00 01 'i'  1c 00 01 's'  1f 00 01 'r'
      21 ff ff  22 00 0a  24 01  25 00  26 00 01 'k' 00 01 'v'  27 00 00 01 00  28 01  29 01  2a 00`),
    packet: {
      type: PacketType.CONNACK,
      sessionPresent: true,
      reasonCode: 0,
      properties: {
        sessionExpiryInterval: 4_294_967_295,
        assignedClientIdentifier: 'id',
        serverKeepAlive: 30,
        authenticationMethod: 'm',
        authenticationData: hex('ff'),
        responseInformation: 'i',
        serverReference: 's',
        reasonString: 'r',
        receiveMaximum: 65_535,
        topicAliasMaximum: 10,
        maximumQoS: 1,
        retainAvailable: false,
        userProperties: [['k', 'v']],
        maximumPacketSize: 256,
        wildcardSubscriptionAvailable: true,
        subscriptionIdentifiersAvailable: true,
        sharedSubscriptionAvailable: false,
      },
    },
  },
];
