import fc from 'fast-check';
import { arbitraryPacket } from '../testing/arbitrary-packets.ts';
import { decodeOne } from '../testing/decode-all.ts';
import { hex } from '../testing/hex.ts';
import {
  type ConnectPacket,
  encode,
  encodeForwardedProperties,
  encodeWithin,
  MAXIMUM_ACKNOWLEDGEMENT_LENGTH,
  type OutgoingPublish,
  type Packet,
  PacketType,
  PINGREQ_BYTES,
  PINGRESP_BYTES,
  publishLength,
  writeAcknowledgement,
  writePublish,
} from './index.ts';

const message: OutgoingPublish = {
  dup: false,
  qos: 1,
  retain: false,
  topic: 'a/b',
  packetIdentifier: 1,
  topicAlias: 0,
  messageExpiryInterval: undefined,
  subscriptionIdentifiers: undefined,
  forwardedProperties: Buffer.alloc(0),
  payload: Buffer.from('hi'),
};

const connect: ConnectPacket = {
  type: PacketType.CONNECT,
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 0,
  clientIdentifier: 'c1',
  username: undefined,
  password: undefined,
  will: undefined,
  properties: {},
};

describe('writePublish', () => {
  test('writes at the offset, fills exactly publishLength bytes and touches no other', () => {
    fc.assert(
      fc.property(
        arbitraryPacket(5),
        fc.constantFrom(4, 5),
        fc.nat({ max: 20 }),
        (packet, version, offset) => {
          fc.pre(packet.type === PacketType.PUBLISH);
          const length = publishLength(packet, version as 4 | 5);
          const target = Buffer.alloc(offset + length + 10, 0xa5);
          expect(writePublish(target, offset, packet, version as 4 | 5)).toBe(offset + length);
          expect(target.subarray(offset, offset + length)).toEqual(encode(packet, version as 4 | 5));
          expect(target.subarray(0, offset).every((byte) => byte === 0xa5)).toBe(true);
          expect(target.subarray(offset + length).every((byte) => byte === 0xa5)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('leaves out in 3.1.1 what 3.1.1 does not have', () => {
    const packet = {
      ...message,
      topicAlias: 3,
      messageExpiryInterval: 60,
      subscriptionIdentifiers: [1],
      forwardedProperties: hex('01 01'),
    };
    const target = Buffer.alloc(publishLength(packet, 4));
    writePublish(target, 0, packet, 4);
    expect(target).toEqual(hex("32 09 00 03 'a/b' 00 01 'hi'"));
  });

  test('puts topic alias, message expiry and subscription identifiers in front of what is forwarded', () => {
    const packet = {
      ...message,
      topic: '',
      topicAlias: 3,
      messageExpiryInterval: 60,
      subscriptionIdentifiers: [1, 300],
      forwardedProperties: hex('01 01'),
    };
    const target = Buffer.alloc(publishLength(packet, 5));
    writePublish(target, 0, packet, 5);
    expect(target).toEqual(hex("32 16 00 00 00 01 0f 23 00 03 02 00 00 00 3c 0b 01 0b ac 02 01 01 'hi'"));
  });

  test('refuses a topic of more than 65,535 bytes', () => {
    expect(publishLength({ ...message, topic: 'é'.repeat(32_767) }, 4)).toBe(1 + 3 + 2 + 65_534 + 2 + 2);
    expect(() => publishLength({ ...message, topic: 'é'.repeat(32_768) }, 4)).toThrow(RangeError);
    expect(() => publishLength({ ...message, topic: 'a'.repeat(65_536) }, 4)).toThrow(RangeError);
  });

  test('refuses a packet of more than 268,435,455 bytes behind its header', () => {
    const payload = Buffer.alloc(268_435_455 - 7);
    expect(publishLength({ ...message, payload }, 4)).toBe(268_435_460);
    expect(() => publishLength({ ...message, payload }, 5)).toThrow(RangeError);
  });
});

describe('writeAcknowledgement', () => {
  test.each([
    ['PUBACK', PacketType.PUBACK, 0, 4, '40021234'],
    ['PUBREC', PacketType.PUBREC, 0, 5, '50021234'],
    ['PUBREL', PacketType.PUBREL, 0, 5, '62021234'],
    ['PUBCOMP', PacketType.PUBCOMP, 0, 4, '70021234'],
    ['PUBACK', PacketType.PUBACK, 0x97, 5, '4003123497'],
    ['PUBREL', PacketType.PUBREL, 0x92, 5, '6203123492'],
    ['PUBACK', PacketType.PUBACK, 0x97, 4, '40021234'],
  ] as const)(
    '%s %#: type %d, reason code %d, version %d is %s',
    (_name, type, reasonCode, version, expected) => {
      const target = Buffer.alloc(2 + MAXIMUM_ACKNOWLEDGEMENT_LENGTH);
      const end = writeAcknowledgement(target, 2, type, 0x1234, reasonCode, version);
      expect(target.toString('hex', 2, end)).toBe(expected);
    },
  );
});

test('PINGREQ and PINGRESP are constants', () => {
  expect(PINGREQ_BYTES).toEqual(hex('c0 00'));
  expect(PINGRESP_BYTES).toEqual(hex('d0 00'));
});

test('a reason code of 5.0 becomes the one failure of a 3.1.1 SUBACK [v3 MQTT-3.9.3-2]', () => {
  const suback = { type: PacketType.SUBACK, packetIdentifier: 1, reasonCodes: [2, 0x87, 0x8f] };
  expect(encode(suback, 4)).toEqual(hex('90 05 00 01 02 80 80'));
});

describe('encode refuses', () => {
  const long = 'a'.repeat(65_536);
  const cases: [string, Packet, 3 | 4 | 5][] = [
    ['a string of 65,536 bytes', { ...connect, clientIdentifier: long }, 5],
    ['a string with half a surrogate pair', { ...connect, clientIdentifier: '\ud800' }, 5],
    ['a string with U+0000', { ...connect, username: 'a\0' }, 5],
    ['binary data of 65,536 bytes', { ...connect, password: Buffer.alloc(65_536) }, 5],
    ['a keep alive above 65,535', { ...connect, keepAlive: 65_536 }, 5],
    ['a CONNECT of another version', connect, 4],
    [
      'a password without a user name in 3.1.1',
      { ...connect, protocolVersion: 4, password: Buffer.from('p') },
      4,
    ],
    ['receive maximum 0', { ...connect, properties: { receiveMaximum: 0 } }, 5],
    [
      'a session expiry interval above 4,294,967,295',
      { ...connect, properties: { sessionExpiryInterval: 2 ** 32 } },
      5,
    ],
    ['a property of another packet', { ...connect, properties: { reasonString: 'r' } }, 5],
    ['an unknown reason code', { type: PacketType.PUBACK, packetIdentifier: 1, reasonCode: 0x8e }, 5],
    [
      'a 5.0 reason code in a 3.1.1 CONNACK',
      { type: PacketType.CONNACK, sessionPresent: false, reasonCode: 0x87 },
      4,
    ],
    ['session present in a refusal', { type: PacketType.CONNACK, sessionPresent: true, reasonCode: 0x87 }, 5],
    ['packet identifier 0', { type: PacketType.PUBACK, packetIdentifier: 0, reasonCode: 0 }, 5],
    ['packet identifier 65,536', { type: PacketType.PUBACK, packetIdentifier: 65_536, reasonCode: 0 }, 5],
    ['packet identifier 0 of a PUBLISH', { ...message, type: PacketType.PUBLISH, packetIdentifier: 0 }, 4],
    [
      'a SUBSCRIBE without filters',
      { type: PacketType.SUBSCRIBE, packetIdentifier: 1, subscriptions: [], properties: {} },
      5,
    ],
    [
      'an UNSUBSCRIBE without filters',
      { type: PacketType.UNSUBSCRIBE, packetIdentifier: 1, topicFilters: [], properties: {} },
      5,
    ],
    [
      'two subscription identifiers in a SUBSCRIBE',
      {
        type: PacketType.SUBSCRIBE,
        packetIdentifier: 1,
        subscriptions: [
          { topicFilter: 'a', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
        properties: { subscriptionIdentifiers: [1, 2] },
      },
      5,
    ],
    ['a SUBACK without reason codes', { type: PacketType.SUBACK, packetIdentifier: 1, reasonCodes: [] }, 4],
    [
      'an UNSUBACK without reason codes',
      { type: PacketType.UNSUBACK, packetIdentifier: 1, reasonCodes: [] },
      5,
    ],
    ['an AUTH in 3.1.1', { type: PacketType.AUTH, reasonCode: 0, properties: {} }, 4],
    ['an AUTH without a method', { type: PacketType.AUTH, reasonCode: 0x18, properties: {} }, 5],
  ];

  test.each(cases)('%s', (_title, packet, version) => {
    expect(() => encode(packet, version)).toThrow(RangeError);
  });

  test('response topics with wildcards and payload format indicators above 1', () => {
    expect(() => encodeForwardedProperties({ responseTopic: 'a/+' })).toThrow(RangeError);
    expect(() => encodeForwardedProperties({ payloadFormatIndicator: 2 as 1 })).toThrow(RangeError);
  });
});

describe('encodeWithin', () => {
  const reasonString = 'r'.repeat(50);
  const userProperties: [string, string][] = [['k', 'v'.repeat(100)]];
  const whole: Packet = {
    type: PacketType.DISCONNECT,
    reasonCode: 0x8e,
    properties: { reasonString, serverReference: 's', userProperties },
  };
  const size = encode(whole, 5).length;

  test('leaves a packet that fits as it is', () => {
    expect(encodeWithin(whole, 5, size)).toEqual(encode(whole, 5));
  });

  test('leaves out the user properties first [MQTT-3.14.2-4]', () => {
    const bytes = encodeWithin(whole, 5, size - 1)!;
    expect(decodeOne(bytes, 5)).toEqual({ ...whole, properties: { reasonString, serverReference: 's' } });
  });

  test('leaves out the reason string too [MQTT-3.14.2-3]', () => {
    const bytes = encodeWithin(whole, 5, 20)!;
    expect(decodeOne(bytes, 5)).toEqual({ ...whole, properties: { serverReference: 's' } });
  });

  test('gives up when the rest is still too large [MQTT-3.1.2-24]', () => {
    expect(encodeWithin(whole, 5, 6)).toBeNull();
  });

  test.each([
    [
      'CONNACK [MQTT-3.2.2-19] [MQTT-3.2.2-20]',
      { type: PacketType.CONNACK, sessionPresent: false, reasonCode: 0x87 },
      5,
    ],
    [
      'PUBACK [MQTT-3.4.2-2] [MQTT-3.4.2-3]',
      { type: PacketType.PUBACK, packetIdentifier: 1, reasonCode: 0x87 },
      5,
    ],
    [
      'PUBREC [MQTT-3.5.2-2] [MQTT-3.5.2-3]',
      { type: PacketType.PUBREC, packetIdentifier: 1, reasonCode: 0x87 },
      5,
    ],
    [
      'PUBREL [MQTT-3.6.2-2] [MQTT-3.6.2-3]',
      { type: PacketType.PUBREL, packetIdentifier: 1, reasonCode: 0x92 },
      5,
    ],
    [
      'PUBCOMP [MQTT-3.7.2-2] [MQTT-3.7.2-3]',
      { type: PacketType.PUBCOMP, packetIdentifier: 1, reasonCode: 0x92 },
      5,
    ],
    [
      'SUBACK [MQTT-3.9.2-1] [MQTT-3.9.2-2]',
      { type: PacketType.SUBACK, packetIdentifier: 1, reasonCodes: [0x87] },
      6,
    ],
    [
      'UNSUBACK [MQTT-3.11.2-1] [MQTT-3.11.2-2]',
      { type: PacketType.UNSUBACK, packetIdentifier: 1, reasonCodes: [0x87] },
      6,
    ],
    ['DISCONNECT [MQTT-3.14.2-3] [MQTT-3.14.2-4]', { type: PacketType.DISCONNECT, reasonCode: 0x87 }, 3],
  ] as [string, Packet, number][])('makes room in a %s', (_title, packet, smallest) => {
    const withDiagnostics = { ...packet, properties: { reasonString, userProperties } } as Packet;
    const bytes = encodeWithin(withDiagnostics, 5, smallest);
    expect(bytes).toHaveLength(smallest);
    expect(decodeOne(bytes!, 5)).toMatchObject(packet);
    expect(encodeWithin(withDiagnostics, 5, smallest - 1)).toBeNull();
  });

  test('makes room in an AUTH, whose method stays [MQTT-3.15.2-2] [MQTT-3.15.2-3]', () => {
    const properties = { authenticationMethod: 'm', reasonString, userProperties };
    const bytes = encodeWithin({ type: PacketType.AUTH, reasonCode: 0x18, properties }, 5, 8)!;
    expect(decodeOne(bytes, 5)).toEqual({
      type: PacketType.AUTH,
      reasonCode: 0x18,
      properties: { authenticationMethod: 'm' },
    });
  });

  test('takes nothing from requests and messages', () => {
    expect(encodeWithin({ ...connect, properties: { userProperties } }, 5, 50)).toBeNull();
    expect(encodeWithin({ ...message, type: PacketType.PUBLISH }, 5, 5)).toBeNull();
    expect(encodeWithin({ type: PacketType.PINGREQ }, 5, 1)).toBeNull();
  });
});
