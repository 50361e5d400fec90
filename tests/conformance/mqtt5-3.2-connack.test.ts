import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet, u32 } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PINGRESP,
  PUBACK,
  publish5,
  publish5WithId,
  PUBLISH,
  PUBREC,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const AN_HOUR = '11 00000e10';

/** Properties of CONNACK (section 3.2.2.3). */
const SESSION_EXPIRY = 0x11;
const ASSIGNED_CLIENT_IDENTIFIER = 0x12;
const SERVER_KEEP_ALIVE = 0x13;
const REASON_STRING = 0x1f;
const RECEIVE_MAXIMUM = 0x21;
const TOPIC_ALIAS_MAXIMUM = 0x22;
const MAXIMUM_QOS = 0x24;
const RETAIN_AVAILABLE = 0x25;
const USER_PROPERTY = 0x26;
const MAXIMUM_PACKET_SIZE = 0x27;

const maximumPacketSize = (bytes: number) => `27 ${u32(bytes)}`;
const wrongLogin = () => `${broker.login.split(' ')[0]} "wrong"`;

async function leave(peer: Peer): Promise<void> {
  peer.send(DISCONNECT_NORMALLY);
  await peer.untilClosed();
}

/** @returns the CONNACK with which a CONNECT was refused, behind which nothing came */
async function refusalOf(connect: Buffer): Promise<ReceivedPacket> {
  const peer = await broker.open();
  peer.send(connect);
  const connack = await peer.receive(CONNACK);
  expect(connack.reasonCode).toBeGreaterThanOrEqual(0x80);
  expect(await peer.next()).toBeNull();
  return connack;
}

/** @returns the reason code of the DISCONNECT with which a packet was answered, behind which nothing came */
async function reasonOfDisconnect(login: string, sent: Buffer): Promise<number> {
  const { peer } = await broker.connect5({ clientId: 'violator', login });
  peer.send(sent);
  const disconnect = await peer.receive(DISCONNECT);
  expect(await peer.next()).toBeNull();
  return disconnect.reasonCode;
}

const REFUSED: [string, () => Buffer][] = [
  [
    'its password is wrong',
    () => broker.connect5Bytes({ clientId: 'refused', flags: 0, login: wrongLogin() }),
  ],
  ['it is malformed', () => broker.connect5Bytes({ clientId: 'refused', flags: 0x01 })],
  [
    'it breaks the protocol',
    () => broker.connect5Bytes({ clientId: 'refused', flags: 0, properties: '21 0000' }),
  ],
  [
    'its will is not allowed',
    () => broker.connect5Bytes({ clientId: 'refused', flags: 0x04, will: '00 "$SYS/will" "gone"' }),
  ],
];

describe('section 3.2', () => {
  test('[MQTT-3.2.0-1] CONNACK comes before the messages that wait for a client', async () => {
    const first = await broker.connect5({ clientId: 'waiting', properties: AN_HOUR });
    first.peer.send(subscribe5(1, 'connack/waiting', '02'));
    await first.peer.receive(SUBACK);
    await leave(first.peer);
    const { peer: publisher } = await broker.connect5({ clientId: 'waiting-publisher' });
    for (const identifier of [1, 2, 3]) {
      publisher.send(publish5WithId('32', 'connack/waiting', identifier, `${identifier}`));
      await publisher.receive(PUBACK);
    }
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ clientId: 'waiting', flags: 0 }));
    expect((await peer.receive(CONNACK)).reasonCode).toBe(0);
    expect((await peer.receive(PUBLISH)).payload).toBe('1');
  });

  test('[MQTT-3.2.0-1] CONNACK comes before the answers to what was sent behind CONNECT', async () => {
    for (const properties of ['', AN_HOUR]) {
      const peer = await broker.open();
      peer.send(
        broker.connect5Bytes({ clientId: 'hasty', properties }),
        PINGREQ,
        subscribe5(1, 'connack/hasty', '00'),
        publish5('connack/hasty', 'x'),
        packet('c1'),
      );
      const types = (await peer.untilClosed()).map(({ type }) => type);
      expect([types[0], types.at(-1)]).toEqual([CONNACK, DISCONNECT]);
      expect(types).toContain(PINGRESP);
    }
  });

  test.each([2, 4, 5, 8, 12, 20, 40])(
    '[MQTT-3.2.0-1] a client that takes %d bytes gets CONNACK before anything else, or nothing',
    async (size) => {
      const peer = await broker.open();
      const properties = maximumPacketSize(size);
      peer.send(
        broker.connect5Bytes({ clientId: 'small', properties }),
        PINGREQ,
        publish5WithId('32', 'x', 1, ''),
      );
      // Ends the connection where there was a CONNACK.
      peer.send(packet('c1'));
      const received = await peer.untilClosed();
      for (const { type } of received.slice(0, 1)) expect(type).toBe(CONNACK);
      // It may be refused, too.
      if (received.length > 1) expect(received[0].reasonCode).toBe(0);
    },
  );

  test('[MQTT-3.2.0-2] there is one CONNACK in a connection', async () => {
    const peer = await broker.open();
    peer.send(broker.connect5Bytes({ clientId: 'one' }), subscribe5(1, 'connack/one'), PINGREQ);
    peer.send(broker.connect5Bytes({ clientId: 'one' }), broker.connect5Bytes({ clientId: 'another' }));
    const types = (await peer.untilClosed()).map(({ type }) => type);
    expect(types.filter((type) => type === CONNACK)).toHaveLength(1);
    expect(types).toContain(SUBACK);
  });

  test.each(REFUSED)(
    '[MQTT-3.2.0-2] there is one CONNACK where CONNECT is refused because %s',
    async (_, connect) => {
      const peer = await broker.open();
      peer.send(connect(), broker.connect5Bytes({ clientId: 'refused' }), connect());
      expect((await peer.untilClosed()).map(({ type }) => type)).toEqual([CONNACK]);
    },
  );
});

describe('section 3.2.2.1', () => {
  test('[MQTT-3.2.2-1] the reserved bits of the flags are 0, and nothing is behind the properties', async () => {
    const stored = { clientId: 'reserved', properties: AN_HOUR };
    const first = await broker.connect5(stored);
    await leave(first.peer);
    const second = await broker.connect5({ ...stored, flags: 0 });
    const refused = await Promise.all(REFUSED.map(([, connect]) => refusalOf(connect())));
    const all = [first.connack, second.connack, ...refused];
    expect(all.map(({ body }) => body[0])).toEqual([0, 1, ...refused.map(() => 0)]);
    for (const { body, flags } of all) {
      expect(flags).toBe(0);
      // A property length of one byte: below 128.
      expect(body.length).toBe(3 + body[2]);
    }
  });

  test('[MQTT-3.2.2-2] with clean start session present is 0', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'clean', properties: AN_HOUR });
    expect([connack.body[0], connack.reasonCode]).toEqual([0, 0]);
    await leave(peer);
    for (let each = 0; each < 2; each++) {
      const again = await broker.connect5({ clientId: 'clean', properties: AN_HOUR });
      expect([again.connack.body[0], again.connack.reasonCode]).toEqual([0, 0]);
    }
  });

  test('[MQTT-3.2.2-3] without clean start session present tells whether there was a session', async () => {
    const parts = { clientId: 'present', flags: 0, properties: AN_HOUR };
    for (const present of [0, 1, 1]) {
      const { peer, connack } = await broker.connect5(parts);
      expect([connack.body[0], connack.reasonCode]).toEqual([present, 0]);
      await leave(peer);
    }
    // While it is connected, too.
    await broker.connect5(parts);
    const { peer, connack } = await broker.connect5({ clientId: 'present', flags: 0 });
    expect([connack.body[0], connack.reasonCode]).toEqual([1, 0]);
    await leave(peer);
    const ended = await broker.connect5(parts);
    expect([ended.connack.body[0], ended.connack.reasonCode]).toEqual([0, 0]);
  });

  test.each(REFUSED)(
    '[MQTT-3.2.2-6] session present is 0 where CONNECT is refused because %s',
    async (_, connect) => {
      await leave((await broker.connect5({ clientId: 'refused', properties: AN_HOUR })).peer);
      expect((await refusalOf(connect())).body[0]).toBe(0);
      // The session was there, and still is.
      const { connack } = await broker.connect5({ clientId: 'refused', flags: 0, properties: AN_HOUR });
      expect(connack.sessionPresent).toBe(true);
    },
  );
});

describe('section 3.2.2.2', () => {
  test.each(REFUSED)(
    '[MQTT-3.2.2-7] the connection is closed where CONNECT is refused because %s',
    async (_, connect) => {
      const codes = [
        0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a,
        0x9b, 0x9c, 0x9d, 0x9f,
      ];
      expect(codes).toContain((await refusalOf(connect())).reasonCode);
    },
  );

  test('[MQTT-3.2.2-7] the connection is closed where the version is refused', async () => {
    const peer = await broker.open();
    peer.send(packet('10', `"MQTT" 06 c2 0000 00 "peer" ${broker.login}`));
    await peer.untilClosed();
  });
});

describe('maximum QoS', () => {
  test.each([0, 1])('[MQTT-3.2.2-9] a maximum of %d is told', async (maxQoS) => {
    const login = await broker.createLogin(`qos-${maxQoS}`, { maxQoS });
    const { connack } = await broker.connect5({ clientId: 'qos', login });
    expect(connack.properties.get(MAXIMUM_QOS)).toEqual([maxQoS]);
  });

  test('[MQTT-3.2.2-9] a maximum of 2 is not told, and QoS 2 is taken', async () => {
    const login = await broker.createLogin('qos-2', { maxQoS: 2 });
    const { peer, connack } = await broker.connect5({ clientId: 'qos', login });
    expect(connack.properties.has(MAXIMUM_QOS)).toBe(false);
    peer.send(publish5WithId('34', 'connack/nobody', 1, ''));
    expect((await peer.receive(PUBREC)).reasonCode).toBeLessThan(0x80);
  });

  test.each([0, 1])(
    '[MQTT-3.2.2-10] with a maximum of %d a SUBSCRIBE with any QoS is accepted',
    async (maxQoS) => {
      const login = await broker.createLogin(`subscribe-${maxQoS}`, { maxQoS });
      const { peer } = await broker.connect5({ clientId: `qos-subscriber-${maxQoS}`, login });
      peer.send(packet('82', '0001 00 "connack/qos/0" 00 "connack/qos/1" 01 "connack/qos/2" 02'));
      const codes = (await peer.receive(SUBACK)).reasonCodes(5);
      expect(codes).toHaveLength(3);
      for (const [requested, code] of codes.entries()) expect(code).toBeLessThanOrEqual(requested);
      const { peer: publisher } = await broker.connect5({ clientId: `qos-publisher-${maxQoS}` });
      for (const level of [0, 1, 2]) {
        publisher.send(publish5WithId('34', `connack/qos/${level}`, level + 1, `${level}`));
        const received = await peer.receive(PUBLISH);
        expect([received.payload, received.qos]).toEqual([`${level}`, codes[level]]);
      }
    },
  );

  test.each([
    [0, '32'],
    [0, '34'],
    [1, '34'],
  ])(
    '[MQTT-3.2.2-11] with a maximum of %d a PUBLISH that begins with %s is a protocol error',
    async (maxQoS, first) => {
      const login = await broker.createLogin(`violate-${maxQoS}-${first}`, { maxQoS });
      expect(await reasonOfDisconnect(login, publish5WithId(first, 'connack/nobody', 1, ''))).toBe(0x9b);
    },
  );

  test.each([
    [0, 1],
    [0, 2],
    [1, 2],
  ])('[MQTT-3.2.2-12] with a maximum of %d a will with QoS %d is refused', async (maxQoS, qos) => {
    const login = await broker.createLogin(`will-${maxQoS}-${qos}`, { maxQoS });
    const will = '00 "connack/will" "gone"';
    const connect = broker.connect5Bytes({ clientId: 'will-qos', flags: 0x06 | (qos << 3), will, login });
    expect((await refusalOf(connect)).reasonCode).toBe(0x9b);
    await broker.connect5({ clientId: 'will-qos', flags: 0x06 | (maxQoS << 3), will, login });
  });
});

describe('retain available', () => {
  let login: string;
  beforeAll(async () => {
    login = await broker.createLogin('no-retain', { retainAllowed: false });
  });

  test('[MQTT-3.2.2-13] a will with will retain is refused where nothing can be retained', async () => {
    const parts = { clientId: 'will-retain', will: '00 "connack/will-retain" "gone"', login };
    expect((await refusalOf(broker.connect5Bytes({ ...parts, flags: 0x26 }))).reasonCode).toBe(0x9a);
    const { connack } = await broker.connect5({ ...parts, flags: 0x06 });
    expect(connack.properties.get(RETAIN_AVAILABLE)).toEqual([0]);
  });

  test.each([
    ['QoS 0', publish5('connack/retain', 'x', '00', '31')],
    ['QoS 1', publish5WithId('33', 'connack/retain', 1, 'x')],
    ['QoS 2', publish5WithId('35', 'connack/retain', 1, 'x')],
    ['no payload', publish5('connack/retain', '', '00', '31')],
  ])('[MQTT-3.2.2-14] a PUBLISH with RETAIN and %s is a protocol error there', async (_, publish) => {
    expect(await reasonOfDisconnect(login, publish)).toBe(0x9a);
  });

  test('[MQTT-3.2.2-14] others are told that messages can be retained, or are told nothing', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'retain' });
    expect(connack.properties.get(RETAIN_AVAILABLE) ?? [1]).toEqual([1]);
    peer.send(
      publish5('connack/retain-allowed', 'x', '00', '31'),
      subscribe5(1, 'connack/retain-allowed', '00'),
    );
    await peer.receive(SUBACK);
    expect((await peer.receive(PUBLISH)).retain).toBe(true);
  });
});

describe('limits of what a client may send', () => {
  test('[MQTT-3.2.2-15] a packet as large as the maximum is taken, a larger one is a protocol error', async () => {
    const login = await broker.createLogin('size', { maxPacketBytes: 1_024 });
    const { peer, connack } = await broker.connect5({ clientId: 'size', login });
    expect(connack.properties.get(MAXIMUM_PACKET_SIZE)).toEqual([1_024]);
    const ofSize = (size: number) =>
      publish5WithId('32', 'connack/nobody', 1, 'x'.repeat(size - 3 - 16 - 2 - 1));
    expect([ofSize(1_024).length, ofSize(1_025).length]).toEqual([1_024, 1_025]);
    peer.send(ofSize(1_024));
    expect((await peer.receive(PUBACK)).reasonCode).toBeLessThan(0x80);
    peer.send(ofSize(1_025));
    expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x95);
    expect(await peer.next()).toBeNull();
  });

  test('[MQTT-3.2.2-17] a topic alias up to the maximum is taken, a greater one ends the connection', async () => {
    const login = await broker.createLogin('alias', { topicAliasMaximum: 3 });
    const { peer, connack } = await broker.connect5({ clientId: 'alias', login });
    expect(connack.properties.get(TOPIC_ALIAS_MAXIMUM)).toEqual([3]);
    peer.send(subscribe5(1, 'connack/alias', '00'));
    await peer.receive(SUBACK);
    peer.send(publish5('connack/alias', '1', '03 23 0003'), publish5('', '2', '03 23 0003'));
    for (const payload of ['1', '2']) {
      const received = await peer.receive(PUBLISH);
      expect([received.topic, received.payload]).toEqual(['connack/alias', payload]);
    }
    peer.send(publish5('connack/alias', '3', '03 23 0004'));
    expect((await peer.receive(DISCONNECT)).reasonCode).toBe(0x94);
    expect(await peer.next()).toBeNull();
  });

  test('[MQTT-3.2.2-18] without a topic alias maximum no alias is taken', async () => {
    const login = await broker.createLogin('no-alias', { topicAliasMaximum: 0 });
    const { connack } = await broker.connect5({ clientId: 'violator', login });
    expect(connack.properties.get(TOPIC_ALIAS_MAXIMUM) ?? [0]).toEqual([0]);
    const publish = publish5('connack/alias', 'x', '03 23 0001');
    expect(await reasonOfDisconnect(login, publish)).toBe(0x94);
  });
});

describe('assigned client identifier', () => {
  test('[MQTT-3.2.2-16] a client without an identifier is assigned one that no session has', async () => {
    const assigned = new Set<unknown>();
    for (let each = 0; each < 20; each++) {
      const properties = each % 2 ? AN_HOUR : undefined;
      const { peer, connack } = await broker.connect5({
        clientId: '',
        flags: each % 2 ? 0 : 0x02,
        properties,
      });
      const values = connack.properties.get(ASSIGNED_CLIENT_IDENTIFIER);
      expect(values).toEqual([expect.stringMatching(/./)]);
      expect(assigned.has(values![0])).toBe(false);
      expect(connack.sessionPresent).toBe(false);
      assigned.add(values![0]);
      // Of those who have left some have a session still.
      if (each % 4 > 1) await leave(peer);
    }
    for (const clientId of assigned) {
      // Each was its client's own: its own session, or none.
      const { connack } = await broker.connect5({ clientId: String(clientId), flags: 0 });
      expect(connack.properties.has(ASSIGNED_CLIENT_IDENTIFIER)).toBe(false);
    }
  });
});

describe('reason string and user properties', () => {
  test('[MQTT-3.2.2-19] [MQTT-3.2.2-20] they are left out where CONNACK would be too large with them', async () => {
    const refused = (size: number) =>
      broker.connect5Bytes({ clientId: 'large', login: wrongLogin(), properties: maximumPacketSize(size) });
    const whole = await refusalOf(refused(1_000));
    const size = 2 + whole.body.length;
    expect(whole.properties.get(REASON_STRING)).toHaveLength(1);
    expect((await refusalOf(refused(size))).body).toEqual(whole.body);
    for (const smaller of [size - 1, 20, 6, 5]) {
      const connack = await refusalOf(refused(smaller));
      expect(2 + connack.body.length).toBeLessThanOrEqual(smaller);
      expect(connack.reasonCode).toBe(whole.reasonCode);
      expect([connack.properties.has(REASON_STRING), connack.properties.has(USER_PROPERTY)]).toEqual([
        false,
        false,
      ]);
    }
  });

  test.each<[string, ConnectParts]>([
    ['may not have its will', { flags: 0x06, will: '00 "$SYS/a" "gone"' }],
    ['has a will topic with wildcards', { flags: 0x06, will: '00 "connack/#" "gone"' }],
    ['has a will property twice', { flags: 0x06, will: '04 01 00 01 00 "connack/a" "gone"' }],
    ['has an unknown authentication method', { properties: '15 "GS2-KRB5"' }],
  ])('[MQTT-3.2.2-19] [MQTT-3.2.2-20] they are left out where a client %s', async (_, parts) => {
    const connect = broker.connect5Bytes({
      ...parts,
      properties: `${maximumPacketSize(6)} ${parts.properties ?? ''}`,
    });
    const connack = await refusalOf(connect);
    expect(2 + connack.body.length).toBeLessThanOrEqual(6);
  });
});

describe('keep alive', () => {
  test('[MQTT-3.2.2-21] where the broker gives a keep alive it is the one that counts', async () => {
    const login = await broker.createLogin('keep-alive', { maxKeepAliveSeconds: 1 });
    const parts = ['0e10', '0000', 'ffff'].map((keepAlive) => ({
      clientId: `given-${keepAlive}`,
      keepAlive,
      login,
    }));
    const connections = await Promise.all(parts.map((each) => broker.connect5(each)));
    for (const { connack } of connections) expect(connack.properties.get(SERVER_KEEP_ALIVE)).toEqual([1]);
    await Promise.all(connections.map(({ peer }) => peer.untilClosed(10_000)));
  });

  test('[MQTT-3.2.2-22] where the broker gives none the keep alive of the client counts', async () => {
    const login = await broker.createLogin('own-keep-alive', { maxKeepAliveSeconds: 60 });
    const start = performance.now();
    const short = await broker.connect5({ clientId: 'own-1', keepAlive: '0001', login });
    const longer = await broker.connect5({ clientId: 'own-60', keepAlive: '003c', login });
    for (const { connack } of [short, longer]) expect(connack.properties.has(SERVER_KEEP_ALIVE)).toBe(false);
    await short.peer.untilClosed(10_000);
    expect(performance.now() - start).toBeGreaterThanOrEqual(1_500);
    expect(await longer.peer.takeUntilPingAnswer()).toEqual([]);
  });
});

describe('what else is told', () => {
  test('[MQTT-3.1.4-5] no property but a user property comes twice, and each is one that CONNACK has', async () => {
    const policy = { maxQoS: 1, retainAllowed: false, maxKeepAliveSeconds: 60, receiveMaximum: 7 };
    const login = await broker.createLogin('all-told', policy);
    const properties = '11 ffffffff 19 01';
    const { connack } = await broker.connect5({ clientId: '', keepAlive: '0000', properties, login });
    const told = [...connack.properties.keys()].filter((identifier) => identifier !== USER_PROPERTY);
    for (const identifier of told) {
      expect([
        0x11, 0x12, 0x13, 0x15, 0x16, 0x1a, 0x1c, 0x1f, 0x21, 0x22, 0x24, 0x25, 0x27, 0x28, 0x29, 0x2a,
      ]).toContain(identifier);
      expect(connack.properties.get(identifier)).toHaveLength(1);
    }
    expect(connack.properties.get(RECEIVE_MAXIMUM)).toEqual([7]);
  });

  test('[MQTT-3.1.2-23] a session expiry interval that is not the asked one is told', async () => {
    const login = await broker.createLogin('expiry', { maxSessionExpirySeconds: 60 });
    const { connack } = await broker.connect5({ clientId: 'expiry', properties: AN_HOUR, login });
    expect(connack.properties.get(SESSION_EXPIRY)).toEqual([60]);
    const kept = await broker.connect5({ clientId: 'expiry', properties: '11 0000001e', login });
    expect(kept.connack.properties.get(SESSION_EXPIRY) ?? [30]).toEqual([30]);
  });
});
