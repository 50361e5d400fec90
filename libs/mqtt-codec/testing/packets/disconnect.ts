import { PacketType } from '../../src/index.ts';
import { hex } from '../hex.ts';
import type { PacketFixture } from './fixture.ts';

const none = Buffer.alloc(0);

export const disconnectFixtures: PacketFixture[] = [
  { name: 'PINGREQ', version: 4, bytes: hex('c0 00'), packet: { type: PacketType.PINGREQ } },
  { name: 'PINGRESP', version: 5, bytes: hex('d0 00'), packet: { type: PacketType.PINGRESP } },
  {
    name: 'DISCONNECT 3.1.1',
    version: 4,
    bytes: hex('e0 00'),
    packet: { type: PacketType.DISCONNECT, reasonCode: 0 },
  },
  {
    name: 'DISCONNECT 5.0 in its shortest form',
    version: 5,
    bytes: hex('e0 00'),
    packet: { type: PacketType.DISCONNECT, reasonCode: 0 },
  },
  {
    name: 'DISCONNECT 5.0 with a reason code alone',
    version: 5,
    bytes: hex('e0 01 8e'),
    packet: { type: PacketType.DISCONNECT, reasonCode: 0x8e },
  },
  {
    name: 'DISCONNECT 5.0 with a property length of 0',
    version: 5,
    bytes: hex('e0 02 04 00'),
    packet: { type: PacketType.DISCONNECT, reasonCode: 4 },
    onlyParsed: true,
  },
  {
    name: 'DISCONNECT 5.0 with every property',
    version: 5,
    bytes: hex("e0 16 9d 14 11 00 00 00 00 1c 00 01 's' 1f 00 01 'r' 26 00 01 'k' 00 01 'v'"),
    packet: {
      type: PacketType.DISCONNECT,
      reasonCode: 0x9d,
      properties: {
        sessionExpiryInterval: 0,
        serverReference: 's',
        reasonString: 'r',
        userProperties: [['k', 'v']],
      },
    },
  },
  {
    name: 'AUTH that tells success',
    version: 5,
    bytes: hex('f0 00'),
    packet: { type: PacketType.AUTH, reasonCode: 0, properties: {} },
  },
  {
    name: 'AUTH with every property',
    version: 5,
    bytes: hex("f0 14 18 12 15 00 02 'sc' 16 00 00 1f 00 01 'r' 26 00 01 'k' 00 00"),
    packet: {
      type: PacketType.AUTH,
      reasonCode: 0x18,
      properties: {
        authenticationMethod: 'sc',
        authenticationData: none,
        reasonString: 'r',
        userProperties: [['k', '']],
      },
    },
  },
];
