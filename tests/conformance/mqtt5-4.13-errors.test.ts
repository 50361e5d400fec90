/** MQTT 5.0, section 4.13: handling errors. */
import { BrokerUnderTest } from './broker-under-test.ts';
import { bytes, packet, u16 } from './bytes.ts';
import {
  CONNACK,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  publish5,
  publish5WithId,
  PUBREC,
  pubrel,
  SUBACK,
  subscribe5,
  UNSUBACK,
  unsubscribe5,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import {
  AN_HOUR,
  nextMessage,
  payloadsUntilEnd,
  publish,
  reasonOfDisconnect,
  subscribe,
  subscriber,
} from './mqtt5-publish-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
let limited: string;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect5({ clientId: 'publisher' }));
  const settings = {
    maxQoS: 1,
    retainAllowed: false,
    receiveMaximum: 2,
    maxPacketBytes: 1024,
    topicAliasMaximum: 3,
  };
  limited = await broker.createLogin('limited', settings);
});
afterAll(() => broker.stop());

const SESSIONS = [
  ['a session that ends with its connection', ''],
  ['a stored session', AN_HOUR],
];

/** A name, and bytes that are a violation of the format. */
const MALFORMED: [string, Buffer][] = [
  ['a packet of the reserved type', packet('00')],
  ['PUBLISH with QoS 3', packet('36', '"errors/up" 0001 00')],
  ['PUBACK with other flags', packet('41', '0001')],
  ['PUBREL with other flags', packet('60', '0001')],
  ['SUBSCRIBE with other flags', packet('80', '0001 00 "errors/a" 00')],
  ['UNSUBSCRIBE with other flags', packet('a0', '0001 00 "errors/a"')],
  ['PINGREQ with other flags', packet('c1')],
  ['DISCONNECT with other flags', packet('e1')],
  ['AUTH with other flags', packet('f1')],
  ['a remaining length of five bytes', bytes('30 80808080 01')],
  ['PUBLISH that ends in its topic', packet('30', '0009 <errors>')],
  ['PUBLISH that ends before its packet identifier', packet('32', '"errors/up" 00')],
  ['PUBLISH that ends in its properties', packet('30', '"errors/up" 05 02 0000')],
  ['PUBLISH without a property length', packet('30', '"errors/up"')],
  ['SUBSCRIBE that ends before its options', packet('82', '0001 00 "errors/a"')],
  ['UNSUBSCRIBE that ends in its filter', packet('a2', '0001 00 0009 <errors>')],
  ['PUBACK with one byte', packet('40', '01')],
  ['a property that does not exist', packet('30', '"errors/up" 02 7f 00')],
  ['a topic that is not UTF-8', packet('30', '0002 c3 28 00')],
  ['a topic with half a surrogate pair', packet('30', '0003 eda080 00')],
  ['a user property that is not UTF-8', packet('30', '"errors/up" 07 26 0001 ff 0001 61')],
  ['a reserved subscription option', packet('82', '0001 00 "errors/a" 40')],
  ['PINGREQ with a body', packet('c0', '00')],
];

/** Bytes whose format is right, and that may not be sent. */
const PROTOCOL_ERRORS: [string, () => Buffer][] = [
  ['a second CONNECT', () => broker.connect5Bytes({ clientId: 'second' })],
  ['CONNACK', () => packet('20', '00 00 00')],
  ['SUBACK', () => packet('90', '0001 00 00')],
  ['UNSUBACK', () => packet('b0', '0001 00 00')],
  ['PINGRESP', () => packet('d0')],
  ['AUTH without an authentication method', () => packet('f0')],
  ['SUBSCRIBE without a filter', () => packet('82', '0001 00')],
  ['UNSUBSCRIBE without a filter', () => packet('a2', '0001 00')],
  ['SUBSCRIBE that asks for QoS 3', () => subscribe5(1, 'errors/a', '03')],
  ['SUBSCRIBE with retain handling 3', () => subscribe5(1, 'errors/a', '30')],
  ['subscription identifier 0', () => subscribe5(1, 'errors/a', '00', '02 0b00')],
  ['two subscription identifiers', () => subscribe5(1, 'errors/a', '00', '04 0b01 0b02')],
  ['a subscription identifier from a client', () => publish5('errors/up', 'm', '02 0b01')],
  ['payload format 2', () => publish5('errors/up', 'm', '02 0102')],
  ['a property twice', () => publish5('errors/up', 'm', '04 0101 0101')],
  ['a topic alias that was not set, without a topic', () => publish5('', 'm', '03 23 0001')],
  ['neither topic nor alias', () => publish5('', 'm')],
  ['no local with a shared subscription', () => subscribe5(1, '$share/g/errors', '05')],
  ['DISCONNECT that makes the session stored', () => packet('e0', '00 05 11 0000000a')],
  ['packet identifier 0', () => publish5WithId('32', 'errors/up', 0, 'm')],
];

/** Errors that have a reason code of their own; the client's login is `limited`. */
const SPECIFIC: [string, number, () => Buffer[]][] = [
  [
    'more messages at once than Receive Maximum',
    0x93,
    () => [1, 2, 3].map((identifier) => publish5WithId('34', 'errors/none', identifier, 'm')),
  ],
  ['a topic alias of 0', 0x94, () => [publish5('errors/up', 'm', '03 23 0000')]],
  ['a topic alias above the maximum', 0x94, () => [publish5('errors/up', 'm', '03 23 0004')]],
  ['a packet that is too large', 0x95, () => [publish5('errors/up', 'm'.repeat(1100))]],
  ['RETAIN where it is not supported', 0x9a, () => [publish5('errors/up', 'm', '00', '31')]],
  ['QoS 2 where it is not supported', 0x9b, () => [publish5WithId('34', 'errors/up', 1, 'm')]],
];

/** Fails when the connection does not end, or what comes behind the error is handled. */
async function expectEnd(allowed: number[], sent: Buffer[], login?: string): Promise<void> {
  const observer = await subscriber(broker, 'errors-observer', 'errors/up', '02');
  for (const properties of sent[0][0] === 0xe0 ? [''] : ['', AN_HOUR]) {
    const { peer } = await broker.connect5({ clientId: 'errors', properties, login });
    peer.send(...sent, publish5('errors/up', 'behind'), PINGREQ);
    const received = await peer.untilClosed();
    // DISCONNECT should tell the reason; nothing follows it.
    expect(received.at(-1)?.type).toBe(DISCONNECT);
    expect(allowed).toContain(received.at(-1)?.reasonCode);
    for (const { type } of received.slice(0, -1)) expect(type).toBe(PUBREC);
  }
  await publish(publisher, 'errors/up', 'end');
  expect(await payloadsUntilEnd(observer)).toEqual([]);
}

describe('section 4.13.1', () => {
  test.each(MALFORMED)('[MQTT-4.13.1-1] %s ends the connection: malformed', async (_, sent) => {
    await expectEnd([0x81], [sent]);
  });

  test.each(PROTOCOL_ERRORS)('[MQTT-4.13.1-1] %s ends the connection: protocol error', async (_, make) => {
    await expectEnd([0x82, 0x81], [make()]);
  });

  test.each(SPECIFIC)(
    '[MQTT-4.13.1-1] %s ends the connection with its own reason code',
    async (_, reasonCode, make) => {
      // Exceeding the window takes QoS 2.
      const window = () => broker.createLogin('window', { receiveMaximum: 2 });
      await expectEnd([reasonCode], make(), reasonCode === 0x93 ? await window() : limited);
    },
  );

  /** Parts of a CONNECT behind its protocol name. */
  test.each([
    ['a reserved flag', '05 03 0000 00 "errors"'],
    ['no client identifier', '05 02 0000 00'],
    ['a client identifier that is not UTF-8', '05 02 0000 00 0001 ff'],
    ['properties that do not end', '05 02 0000 05 11 0000'],
    ['a property that does not exist', '05 02 0000 02 7f00 "errors"'],
    ['a property that belongs to other packets', '05 02 0000 03 23 0001 "errors"'],
    ['a property twice', '05 02 0000 0a 11 00000001 11 00000001 "errors"'],
    ['Receive Maximum 0', '05 02 0000 03 21 0000 "errors"'],
    ['Maximum Packet Size 0', '05 02 0000 05 27 00000000 "errors"'],
    ['Request Problem Information 2', '05 02 0000 02 17 02 "errors"'],
    ['Request Response Information 2', '05 02 0000 02 19 02 "errors"'],
    ['authentication data without a method', '05 02 0000 04 16 0001 61 "errors"'],
    ['a will without a topic', '05 06 0000 00 "errors" 00'],
    ['a will with QoS 3', '05 1e 0000 00 "errors" 00 "errors/up" "will"'],
    ['a flag for a user name that is not there', '05 82 0000 00 "errors"'],
  ])('[MQTT-4.13.1-1] CONNECT with %s ends the connection', async (_, rest) => {
    const peer = await broker.open();
    peer.send(packet('10', `"MQTT" ${rest}`), PINGREQ);
    const received = await peer.untilClosed();
    expect(received.length).toBeLessThan(2);
    for (const { type, reasonCode } of received) {
      expect(type).toBe(CONNACK);
      expect([0x81, 0x82]).toContain(reasonCode);
    }
  });

  test('[MQTT-4.13.1-1] a violation has no consequences for other sessions, and what came before it is done', async () => {
    const other = await subscriber(broker, 'bystander', 'errors/before', '01');
    const login = await broker.createLogin('bystander');
    const same = await subscriber(broker, 'bystander-2', 'errors/before', '02', { login });
    for (const [, sent] of MALFORMED.slice(0, 5)) {
      const { peer } = await broker.connect5({ clientId: 'violating', login });
      peer.send(publish5('errors/before', 'before'), sent, publish5('errors/before', 'behind'));
      expect((await peer.untilClosed()).at(-1)?.reasonCode).toBe(0x81);
    }
    await publish(publisher, 'errors/before', 'end');
    for (const each of [other, same]) expect(await payloadsUntilEnd(each)).toEqual(Array(5).fill('before'));
  });
});

describe('section 4.13.2, the connection ends', () => {
  const cases: [string, number[], () => Buffer][] = [
    // The client may speak 5.0 or 3.1.1, which have each a code for this.
    [
      'a protocol version that is not supported',
      [0x84, 0x01],
      () => packet('10', '"MQTT" 06 02 0000 00 "errors"'),
    ],
    ['a wrong password', [0x86, 0x87], () => broker.connect5Bytes({ login: '"nobody" "wrong"' })],
    [
      'an authentication method that is not supported',
      [0x8c],
      () => broker.connect5Bytes({ properties: '15 "nothing"' }),
    ],
    [
      'a will with RETAIN where it is not supported',
      [0x9a],
      () => broker.connect5Bytes({ flags: 0x26, will: '00 "errors/up" "will"', login: limited }),
    ],
    [
      'a will with QoS 2 where it is not supported',
      [0x9b],
      () => broker.connect5Bytes({ flags: 0x16, will: '00 "errors/up" "will"', login: limited }),
    ],
  ];

  test.each(cases)('[MQTT-4.13.2-1] behind a CONNACK that refuses %s', async (_, allowed, make) => {
    const observer = await subscriber(broker, 'refused-observer', 'errors/up', '00');
    const peer = await broker.open();
    peer.send(make(), publish5('errors/up', 'behind'), PINGREQ);
    const received = await peer.untilClosed();
    expect(received.map(({ type }) => type)).toEqual([CONNACK]);
    expect(allowed).toContain(received[0].reasonCode);
    await publish(publisher, 'errors/up', 'end');
    expect(await payloadsUntilEnd(observer)).toEqual([]);
  });

  test('[MQTT-4.13.2-1] behind a DISCONNECT that tells a takeover, and the other connection stays', async () => {
    const first = await broker.connect5({ clientId: 'taken' });
    const second = await broker.connect5({ clientId: 'taken' });
    expect(await reasonOfDisconnect(first.peer)).toBe(0x8e);
    expect(await second.peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-4.13.2-1] behind a DISCONNECT that tells silence', async () => {
    const { peer } = await broker.connect5({ clientId: 'silent', keepAlive: '0001' });
    expect(await reasonOfDisconnect(peer)).toBe(0x8d);
  });

  test('[MQTT-4.13.2-1] behind a DISCONNECT by an administrator, and no other one ends', async () => {
    const { peer } = await broker.connect5({ clientId: 'administered' });
    const other = await broker.connect5({ clientId: 'not-administered' });
    await broker.server.api('POST', '/tenants/t/sessions/administered/disconnect');
    expect(await reasonOfDisconnect(peer)).toBe(0x98);
    expect(await other.peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-4.13.2-1] though the client does not read what it is told', async () => {
    const will = '00 "errors/deaf" "gone"';
    const observer = await subscriber(broker, 'deaf-observer', 'errors/deaf', '00');
    const { peer } = await broker.connect5({ clientId: 'deaf', flags: 0x06, will });
    peer.stopReading();
    peer.send(packet('00'));
    // Its will shows that it has ended.
    expect((await observer.receive(PUBLISH)).payload).toBe('gone');
    peer.resumeReading();
    expect(await reasonOfDisconnect(peer)).toBe(0x81);
  });

  test.each(['80', '81', '82', '83', '90', '93', '94', '95', '96', '97', '98', '99'])(
    '[MQTT-4.13.2-1] behind the client`s DISCONNECT with 0x%s',
    async (reasonCode) => {
      for (const [, properties] of SESSIONS) {
        const { peer } = await broker.connect5({ clientId: 'leaving', properties });
        peer.send(packet('e0', reasonCode), PINGREQ);
        expect(await peer.untilClosed()).toEqual([]);
      }
    },
  );
});

describe('section 4.13.2, an answer of 0x80 or greater', () => {
  test.each(SESSIONS)(
    '[section 4.13.2] to %s has no consequences for other packets',
    async (_, properties) => {
      const acl = [
        { effect: 'deny', action: 'publish', topicFilter: 'denied/#' },
        { effect: 'deny', action: 'subscribe', topicFilter: 'denied/#' },
      ];
      const login = await broker.createLogin(`denied-${properties.length}`, {}, acl);
      const { peer } = await broker.connect5({ clientId: 'denied', properties, login });
      await subscribe(peer, 'allowed', '01');
      // An exchange that goes on around the refusals.
      peer.send(publish5WithId('34', 'allowed/up', 9, 'm'));
      expect((await peer.receive(PUBREC)).reasonCode).toBeLessThan(0x80);
      peer.send(publish5WithId('32', 'denied/a', 1, 'm'));
      const puback = await peer.receive(PUBACK);
      expect([puback.packetIdentifier, puback.reasonCode]).toEqual([1, 0x87]);
      peer.send(publish5WithId('34', 'denied/a', 2, 'm'));
      const pubrec = await peer.receive(PUBREC);
      expect([pubrec.packetIdentifier, pubrec.reasonCode]).toEqual([2, 0x87]);
      peer.send(packet('82', '0003 00 "denied/a" 01 "allowed/too" 01 "denied/b" 02'));
      const suback = await peer.receive(SUBACK);
      expect([suback.packetIdentifier, suback.reasonCodes(5)]).toEqual([3, [0x87, 1, 0x87]]);
      peer.send(unsubscribe5(4, 'denied/a'));
      expect((await peer.receive(UNSUBACK)).reasonCodes(5)).toEqual([0x11]);
      peer.send(pubrel(77));
      expect((await peer.receive(PUBCOMP)).reasonCode).toBe(0x92);
      peer.send(pubrel(9));
      expect((await peer.receive(PUBCOMP)).reasonCode).toBe(0);
      for (const topic of ['allowed', 'allowed/too']) {
        await publish(publisher, topic, topic);
        expect((await nextMessage(peer)).payload).toBe(topic);
      }
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    },
  );

  test.each(SESSIONS)('[section 4.13.2] from %s has none either', async (_, properties) => {
    const peer = await subscriber(broker, 'refusing', 'refusing', '02', { properties });
    for (const qos of [1, 2] as const) {
      for (const reasonCode of ['80', '83', '87', '90', '91', '97', '99']) {
        await publish(publisher, 'refusing', reasonCode, { qos });
        const { packetIdentifier, payload } = await peer.receive(PUBLISH);
        expect(payload).toBe(reasonCode);
        peer.send(packet(qos === 1 ? '40' : '50', `${u16(packetIdentifier)} ${reasonCode}`));
      }
      await publish(publisher, 'refusing', 'next', { qos });
      expect((await nextMessage(peer)).payload).toBe('next');
    }
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });
});
