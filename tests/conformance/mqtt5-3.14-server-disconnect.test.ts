/** MQTT 5.0, section 3.14: DISCONNECT from the server. */
import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { bytes, packet, u32 } from './bytes.ts';
import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PUBLISH,
  publish5,
  publish5WithId,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { PINGREQ } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

const AN_HOUR = '11 00000e10';
const SESSION_EXPIRY_INTERVAL = 0x11;
const REASON_STRING = 0x1f;
const USER_PROPERTY = 0x26;
const SERVER_REFERENCE = 0x1c;
/** Of a SCRAM exchange that the client does not go on with. */
const SCRAM = (() => {
  const properties = bytes('15 "SCRAM-SHA-256" 16 "n,,n=nobody,r=nonce"');
  return `${properties.length.toString(16)} ${properties.toString('hex')}`;
})();

let broker: BrokerUnderTest;
let limited: string;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  limited = await broker.createLogin('limited', {
    maxQoS: 1,
    retainAllowed: false,
    receiveMaximum: 2,
    maxPacketBytes: 1024,
    topicAliasMaximum: 3,
  });
});
afterAll(() => broker.stop());

const sizeOf = ({ body }: ReceivedPacket) => 2 + body.length;

/** Fails when this is not all that a DISCONNECT of the server may be. */
function expectDisconnect(received: ReceivedPacket | undefined, reasonCode: number): void {
  expect([received?.type, received?.flags, received?.reasonCode]).toEqual([DISCONNECT, 0, reasonCode]);
  const properties = received!.properties;
  expect(properties.has(SESSION_EXPIRY_INTERVAL)).toBe(false);
  for (const [identifier, values] of properties) {
    expect([REASON_STRING, USER_PROPERTY, SERVER_REFERENCE]).toContain(identifier);
    if (identifier !== USER_PROPERTY) expect(values).toHaveLength(1);
  }
}

type Violation = [name: string, reasonCode: number, sent: () => Buffer];
const VIOLATIONS: Violation[] = [
  ['a second CONNECT', 0x82, () => broker.connect5Bytes({ clientId: 'again' })],
  ['AUTH without a method', 0x82, () => packet('f0')],
  ['SUBSCRIBE without a filter', 0x82, () => packet('82', '0001 00')],
  ['CONNACK', 0x82, () => packet('20', '00 00 00')],
  ['a reserved packet type', 0x81, () => packet('00')],
  ['SUBSCRIBE with wrong flags', 0x81, () => packet('80', '0001 00 "disconnect/a" 00')],
  ['PUBLISH with QoS 3', 0x81, () => packet('36', '"disconnect/a" 0001 00')],
  ['PUBLISH to a topic with a wildcard', 0x90, () => publish5('disconnect/#', 'x')],
  ['PUBLISH with too great a topic alias', 0x94, () => publish5('disconnect/a', 'x', '03 23 ffff')],
];
const LIMITS: Violation[] = [
  ['a packet that is too large', 0x95, () => publish5('disconnect/a', 'x'.repeat(1100))],
  ['PUBLISH with too great a QoS', 0x9b, () => publish5WithId('34', 'disconnect/a', 1, 'x')],
  ['PUBLISH with RETAIN', 0x9a, () => publish5('disconnect/a', 'x', '00', '31')],
  ['PUBLISH with topic alias 4', 0x94, () => publish5('disconnect/a', 'x', '03 23 0004')],
];

describe('a violation', () => {
  const cases = [
    ...VIOLATIONS.map((each) => [...each, undefined] as const),
    ...LIMITS.map((each) => [...each, () => limited] as const),
  ];

  test.each(cases)(
    '[MQTT-3.14.2-1] [MQTT-3.14.2-2] [MQTT-3.14.4-1] [MQTT-3.14.4-2] %s is answered by DISCONNECT, the last packet, and the end of the connection',
    async (_, reasonCode, sent, login) => {
      for (const properties of [undefined, AN_HOUR]) {
        const { peer } = await broker.connect5({ clientId: 'violator', properties, login: login?.() });
        // What follows it would be answered.
        peer.send(
          sent(),
          PINGREQ,
          subscribe5(1, 'disconnect/a'),
          publish5WithId('32', 'disconnect/a', 2, 'x'),
        );
        const received = await peer.untilClosed();
        expect(received).toHaveLength(1);
        expectDisconnect(received[0], reasonCode);
      }
    },
  );

  test('[MQTT-3.14.4-1] what is still to be stored or to be sent does not follow DISCONNECT', async () => {
    for (const properties of [undefined, AN_HOUR]) {
      const { peer } = await broker.connect5({ clientId: 'pending', properties });
      peer.send(subscribe5(1, 'disconnect/pending', '02'));
      await peer.receive(SUBACK);
      const packets = [subscribe5(2, 'disconnect/other')];
      for (let i = 1; i <= 20; i++) packets.push(publish5WithId('32', 'disconnect/pending', i, `${i}`));
      packets.push(packet('a2', '0003 00 "disconnect/pending"'));
      peer.send(...packets, packet('80'));
      const received = await peer.untilClosed();
      expect(received.filter(({ type }) => type === DISCONNECT)).toHaveLength(1);
      expectDisconnect(received.at(-1), 0x81);
    }
  });

  test('[MQTT-3.14.4-1] messages of others do not follow DISCONNECT', async () => {
    const { peer: publisher } = await broker.connect5({ clientId: 'flooding' });
    const { peer } = await broker.connect5({ clientId: 'flooded' });
    peer.send(subscribe5(1, 'disconnect/flood', '00'));
    await peer.receive(SUBACK);
    const messages = Array.from({ length: 500 }, (_, i) => publish5('disconnect/flood', `${i}`));
    for (let i = 0; i < 500; i += 50) {
      publisher.send(...messages.slice(i, i + 50));
      if (i === 250) peer.send(packet('80'));
    }
    const received = await peer.untilClosed();
    expectDisconnect(received.pop(), 0x81);
    for (const { type } of received) expect(type).toBe(PUBLISH);
    expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.14.2-1] more messages at once than Receive Maximum allows are answered by 0x93', async () => {
    const own = await broker.createLogin('window', { receiveMaximum: 2 });
    const { peer } = await broker.connect5({ clientId: 'window', login: own });
    // Without PUBREL each counts until the end.
    peer.send(...[1, 2, 3].map((identifier) => publish5WithId('34', 'disconnect/window', identifier, 'x')));
    expectDisconnect((await peer.untilClosed()).at(-1), 0x93);
  });
});

describe('the server ends a connection', () => {
  test('[MQTT-3.14.2-1] [MQTT-3.14.4-1] [MQTT-3.14.4-2] another connection takes the session over: DISCONNECT 0x8E', async () => {
    for (const properties of [undefined, AN_HOUR]) {
      const { peer } = await broker.connect5({ clientId: 'taken', properties });
      peer.send(subscribe5(1, 'disconnect/taken'));
      await peer.receive(SUBACK);
      const { peer: other } = await broker.connect5({ clientId: 'taken', flags: 0, properties });
      other.send(publish5WithId('32', 'disconnect/taken', 1, 'x'));
      const received = await peer.untilClosed();
      expect(received).toHaveLength(1);
      expectDisconnect(received[0], 0x8e);
      await other.drop();
    }
  });

  test('[MQTT-3.14.2-1] [MQTT-3.14.4-1] [MQTT-3.14.4-2] the client is silent for too long: DISCONNECT 0x8D', async () => {
    const { peer } = await broker.connect5({ clientId: 'silent', keepAlive: '0001' });
    const received = await peer.untilClosed();
    expect(received).toHaveLength(1);
    expectDisconnect(received[0], 0x8d);
  });

  test('[MQTT-3.14.2-1] [MQTT-3.14.4-1] [MQTT-3.14.4-2] an administrator ends the connection: DISCONNECT 0x98', async () => {
    const login = await broker.createLogin('managed');
    for (const [method, url] of [
      ['POST', '/tenants/t/sessions/managed/disconnect'],
      ['DELETE', '/tenants/t/sessions/managed'],
      ['DELETE', '/tenants/t/credentials/managed'],
    ]) {
      const { peer } = await broker.connect5({ clientId: 'managed', login, properties: AN_HOUR });
      expect((await broker.server.api(method, url)).status).toBe(204);
      const received = await peer.untilClosed();
      expect(received).toHaveLength(1);
      expectDisconnect(received[0], 0x98);
    }
  });

  test('[MQTT-3.14.0-1] [MQTT-3.14.2-1] [MQTT-3.14.4-2] the server stops: DISCONNECT 0x8B, but not before CONNACK', async () => {
    const stopping = await BrokerUnderTest.start();
    const { peer } = await stopping.connect5({ clientId: 'connected', properties: AN_HOUR });
    const silent = await stopping.open();
    const exchanging = await stopping.open();
    exchanging.send(packet('10', `"MQTT" 05 02 0000 ${SCRAM} "exchanging"`));
    await exchanging.receive(AUTH);
    await stopping.stop();
    const received = await peer.untilClosed();
    expect(received).toHaveLength(1);
    expectDisconnect(received[0], 0x8b);
    expect(await silent.untilClosed()).toEqual([]);
    for (const { type } of await exchanging.untilClosed()) expect(type).toBe(CONNACK);
  });
});

describe('before CONNACK', () => {
  const refused: [string, () => Buffer][] = [
    ...VIOLATIONS.slice(1).map(
      ([name, , sent]) => [`${name} in place of CONNECT`, sent] as [string, () => Buffer],
    ),
    ['DISCONNECT in place of CONNECT', () => packet('e0')],
    ['PINGREQ in place of CONNECT', () => PINGREQ],
    ['CONNECT with a wrong password', () => connect({ login: '"t:device" "wrong"' })],
    ['CONNECT of an unknown version', () => packet('10', `"MQTT" 06 c2 0000 00 "x" ${broker.login}`)],
    ['CONNECT with a reserved flag', () => connect({ flags: 0x03 })],
    ['CONNECT with two session expiry intervals', () => connect({ properties: `${AN_HOUR} ${AN_HOUR}` })],
    [
      'CONNECT with a client identifier that is malformed',
      () => packet('10', '"MQTT" 05 02 0000 00 0001 ff'),
    ],
    [
      'CONNECT with an unknown authentication method',
      () => packet('10', '"MQTT" 05 02 0000 06 15 "NTL" "x"'),
    ],
  ];
  const connect = (parts: ConnectParts) => broker.connect5Bytes({ clientId: 'refused', ...parts });

  test.each(refused)('[MQTT-3.14.0-1] %s is not answered by DISCONNECT', async (_, sent) => {
    const peer = await broker.open();
    // Nor are the packets that follow it.
    peer.send(sent(), PINGREQ, packet('00'));
    const received = await peer.untilClosed();
    expect(received.length).toBeLessThan(2);
    for (const { type, reasonCode } of received) {
      expect(type).toBe(CONNACK);
      // Of an unknown version the client may speak 3.1.1.
      expect(reasonCode).not.toBe(0);
    }
  });

  test.each([
    ['malformed AUTH', packet('f1')],
    ['PUBLISH', publish5('disconnect/a', 'x')],
    ['a reserved packet type', packet('00')],
  ])('[MQTT-3.14.0-1] %s in an authentication exchange is not answered by DISCONNECT', async (_, sent) => {
    const peer = await broker.open();
    peer.send(packet('10', `"MQTT" 05 02 0000 ${SCRAM} "exchanging"`));
    await peer.receive(AUTH);
    peer.send(sent);
    const received = await peer.untilClosed();
    expect(received.length).toBeLessThan(2);
    for (const { type, reasonCode } of received) {
      expect(type).toBe(CONNACK);
      expect(reasonCode).toBeGreaterThan(0x7f);
    }
  });

  test('[MQTT-3.14.0-1] a violation that comes with CONNECT is answered behind CONNACK', async () => {
    for (const [, reasonCode, sent] of VIOLATIONS) {
      const peer = await broker.open();
      peer.send(broker.connect5Bytes({ clientId: 'hasty' }), sent());
      const [connack, disconnect, ...others] = await peer.untilClosed();
      expect([connack.type, connack.reasonCode]).toEqual([CONNACK, 0]);
      expectDisconnect(disconnect, reasonCode);
      expect(others).toEqual([]);
    }
  });
});

describe('the size of DISCONNECT', () => {
  async function disconnected(properties: string): Promise<ReceivedPacket> {
    const { peer } = await broker.connect5({ clientId: 'small', properties });
    peer.send(packet('82', '0001 00'));
    return (await peer.untilClosed()).at(-1)!;
  }

  test('[MQTT-3.14.2-3] [MQTT-3.14.2-4] no properties make DISCONNECT larger than the client takes', async () => {
    const whole = await disconnected('');
    expect(whole.properties.get(REASON_STRING)).toHaveLength(1);
    // CONNACK is smaller than 24 bytes.
    for (let maximum = sizeOf(whole) + 1; maximum >= 24; maximum--) {
      const received = await disconnected(`27 ${u32(maximum)}`);
      expectDisconnect(received, 0x82);
      expect(sizeOf(received)).toBeLessThanOrEqual(maximum);
      if (maximum >= sizeOf(whole)) expect(received.hex).toBe(whole.hex);
    }
  });
});
