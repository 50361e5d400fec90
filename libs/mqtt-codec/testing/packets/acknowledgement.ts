import { PacketType } from '../../src/index.ts';
import { hex } from '../hex.ts';
import type { PacketFixture } from './fixture.ts';

export const acknowledgementFixtures: PacketFixture[] = [
  ...(
    [
      ['PUBACK', PacketType.PUBACK, '40', 0x10],
      ['PUBREC', PacketType.PUBREC, '50', 0x97],
      ['PUBREL', PacketType.PUBREL, '62', 0x92],
      ['PUBCOMP', PacketType.PUBCOMP, '70', 0x92],
    ] as const
  ).flatMap(([name, type, first, reasonCode]): PacketFixture[] => {
    const code = reasonCode.toString(16);
    return [
      {
        name: `${name} 3.1.1`,
        version: 4,
        bytes: hex(`${first} 02 12 34`),
        packet: { type, packetIdentifier: 0x1234, reasonCode: 0 },
      },
      {
        name: `${name} 5.0 in its shortest form`,
        version: 5,
        bytes: hex(`${first} 02 00 01`),
        packet: { type, packetIdentifier: 1, reasonCode: 0 },
      },
      {
        name: `${name} 5.0 with a reason code alone`,
        version: 5,
        bytes: hex(`${first} 03 00 01 ${code}`),
        packet: { type, packetIdentifier: 1, reasonCode },
      },
      {
        name: `${name} 5.0 with success spelled out`,
        version: 5,
        bytes: hex(`${first} 03 00 01 00`),
        packet: { type, packetIdentifier: 1, reasonCode: 0 },
        onlyParsed: true,
      },
      {
        name: `${name} 5.0 with a property length of 0`,
        version: 5,
        bytes: hex(`${first} 04 00 01 ${code} 00`),
        packet: { type, packetIdentifier: 1, reasonCode },
        onlyParsed: true,
      },
      {
        name: `${name} 5.0 with properties`,
        version: 5,
        bytes: hex(`${first} 0f 00 01 ${code} 0b 1f 00 01 'r' 26 00 01 'k' 00 01 'v'`),
        packet: {
          type,
          packetIdentifier: 1,
          reasonCode,
          properties: { reasonString: 'r', userProperties: [['k', 'v']] },
        },
      },
    ];
  }),
  {
    name: 'PUBREL 3.1, sent again',
    version: 3,
    bytes: hex('6a 02 00 01'),
    packet: { type: PacketType.PUBREL, packetIdentifier: 1, reasonCode: 0 },
    onlyParsed: true,
  },
];
