import { BrokerUnderTest, type ConnectParts } from './broker-under-test.ts';
import { packet } from './bytes.ts';
import {
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PINGRESP,
  puback,
  PUBACK,
  publish5,
  publish5WithId,
  PUBLISH,
  pubrec,
  PUBREL,
  SUBACK,
  subscribe5,
  unsubscribe5,
} from './packets.ts';
import { PINGREQ, type Peer } from './peer.ts';

let broker: BrokerUnderTest;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
});
afterAll(() => broker.stop());

const AN_HOUR = '11 00000e10';
const A_SECOND = '11 00000001';
const SESSION_EXPIRY = 0x11;

async function subscriber(clientId: string, filter: string, parts?: ConnectParts): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, ...parts });
  peer.send(subscribe5(1, filter, '02'));
  await peer.receive(SUBACK);
  return peer;
}

/** Ends the connection, and waits until the broker knows it. */
async function leave(peer: Peer): Promise<void> {
  peer.send(DISCONNECT_NORMALLY);
  await peer.untilClosed();
}

/** Publishes with QoS 1, and waits until the broker has the messages. */
async function publish(topic: string, ...payloads: string[]): Promise<void> {
  const { peer } = await broker.connect5({ clientId: `publisher-of-${topic}` });
  for (const [index, payload] of payloads.entries()) {
    peer.send(publish5WithId('32', topic, index + 1, payload));
    await peer.receive(PUBACK);
  }
  await peer.drop();
}

let silences = 0;

/** Resolves after at least one and a half seconds: the broker has closed a connection that was silent for so long. */
async function silence(): Promise<void> {
  const { peer } = await broker.connect5({ clientId: `silence-${silences++}`, keepAlive: '0001' });
  await peer.untilClosed();
}

const payloads = (packets: { payload: string }[]) => packets.map(({ payload }) => payload);

describe('clean start', () => {
  test('[MQTT-3.1.2-4] a clean start discards subscriptions, waiting messages and messages in flight', async () => {
    const first = await subscriber('clean', 'session/clean', { properties: AN_HOUR });
    await publish('session/clean', 'in flight');
    await first.receive(PUBLISH);
    await leave(first);
    await publish('session/clean', 'waiting');
    const { peer, connack } = await broker.connect5({ clientId: 'clean', properties: AN_HOUR });
    expect(connack.sessionPresent).toBe(false);
    peer.send(publish5('session/clean', 'not subscribed'), unsubscribe5(1, 'session/clean'));
    const received = await peer.takeUntilPingAnswer();
    // 0x11: there was no such subscription. A durable answer may come behind that of PINGREQ.
    const unsuback = received.pop() ?? (await peer.next());
    expect([received, unsuback?.reasonCodes(5)]).toEqual([[], [0x11]]);
    await leave(peer);
    // The old session does not come back either.
    const again = await broker.connect5({ clientId: 'clean', flags: 0, properties: AN_HOUR });
    expect(again.connack.sessionPresent).toBe(true);
    expect(await again.peer.takeUntilPingAnswer()).toEqual([]);
  });

  test('[MQTT-3.1.2-4] a clean start discards packet identifiers that were received', async () => {
    const { peer } = await broker.connect5({ clientId: 'clean-received', properties: AN_HOUR });
    peer.send(publish5WithId('34', 'session/nobody', 7, 'x'));
    await peer.next();
    await leave(peer);
    const again = await broker.connect5({ clientId: 'clean-received', properties: AN_HOUR });
    again.peer.send(packet('62', '0007'));
    expect((await again.peer.next())?.hex).toMatch(/^70 000792/);
  });

  test('[MQTT-3.1.2-5] without a clean start subscriptions, waiting messages and messages in flight are there', async () => {
    const first = await subscriber('resumed', 'session/resumed', { properties: AN_HOUR });
    await publish('session/resumed', 'in flight');
    const inFlight = await first.receive(PUBLISH);
    await leave(first);
    await publish('session/resumed', 'waiting 1', 'waiting 2');
    const parts = { clientId: 'resumed', flags: 0, properties: AN_HOUR };
    const { peer, connack } = await broker.connect5(parts);
    expect(connack.sessionPresent).toBe(true);
    const again = await peer.receive(PUBLISH);
    expect([again.payload, again.dup, again.packetIdentifier]).toEqual([
      'in flight',
      true,
      inFlight.packetIdentifier,
    ]);
    for (const payload of ['waiting 1', 'waiting 2']) {
      const next = await peer.receive(PUBLISH);
      expect([next.payload, next.dup]).toEqual([payload, false]);
    }
    await publish('session/resumed', 'new');
    expect((await peer.receive(PUBLISH)).payload).toBe('new');
  });

  test('[MQTT-3.1.2-5] without a clean start exchanges with QoS 2 go on in both directions', async () => {
    const first = await subscriber('resumed2', 'session/resumed2', { properties: AN_HOUR });
    const publisher = await subscriber('resumed2-publisher', 'session/none');
    publisher.send(publish5WithId('34', 'session/resumed2', 1, 'x'));
    const { packetIdentifier } = await first.receive(PUBLISH);
    first.send(pubrec(packetIdentifier), publish5WithId('34', 'session/nobody', 9, 'y'));
    await first.receive(PUBREL);
    await first.next();
    await leave(first);
    const { peer } = await broker.connect5({ clientId: 'resumed2', flags: 0, properties: AN_HOUR });
    expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
    peer.send(packet('62', '0009'));
    // The identifier is known: success, which may be left out.
    expect((await peer.next())?.hex).toMatch(/^70 0009(00.*)?$/);
  });

  test('[MQTT-3.1.2-6] without a clean start and without a session a new one begins', async () => {
    const parts = { clientId: 'new-session', flags: 0, properties: AN_HOUR };
    const first = await subscriber('new-session', 'session/new', parts);
    await publish('session/new', 'online');
    const message = await first.receive(PUBLISH);
    expect(message.payload).toBe('online');
    first.send(puback(message.packetIdentifier));
    await first.takeUntilPingAnswer();
    await leave(first);
    const { peer, connack } = await broker.connect5(parts);
    expect(connack.sessionPresent).toBe(true);
    await publish('session/new', 'again');
    expect(payloads([await peer.receive(PUBLISH)])).toEqual(['again']);
  });

  test('[MQTT-3.1.2-6] a new session has nothing of another client', async () => {
    const other = await subscriber('other-session', 'session/other', { properties: AN_HOUR });
    await leave(other);
    const { peer, connack } = await broker.connect5({ clientId: 'fresh-session', flags: 0 });
    expect(connack.sessionPresent).toBe(false);
    peer.send(publish5('session/other', 'x'));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });
});

describe('session expiry interval', () => {
  test.each([
    ['breaks', (peer: Peer) => peer.drop()],
    ['is closed by the client', leave],
    [
      'is closed by the broker',
      async (peer: Peer) => {
        peer.send(packet('c1'));
        await peer.untilClosed();
      },
    ],
  ])('[MQTT-3.1.2-23] with an interval the session is stored when the connection %s', async (how, end) => {
    const topic = `session/stored ${how}`;
    await end(await subscriber(`stored ${how}`, topic, { properties: AN_HOUR }));
    await publish(topic, 'meanwhile');
    const { peer, connack } = await broker.connect5({ clientId: `stored ${how}`, flags: 0 });
    expect(connack.sessionPresent).toBe(true);
    expect((await peer.receive(PUBLISH)).payload).toBe('meanwhile');
  });

  test.each([
    ['absent', undefined],
    ['0', '11 00000000'],
  ])(
    '[MQTT-3.1.2-23] with an interval that is %s the session ends with the connection',
    async (how, properties) => {
      const topic = `session/ended ${how}`;
      const first = await subscriber(`ended ${how}`, topic, { properties, flags: 0 });
      await first.drop();
      await publish(topic, 'meanwhile');
      const { peer, connack } = await broker.connect5({ clientId: `ended ${how}`, flags: 0, properties });
      expect(connack.sessionPresent).toBe(false);
      expect(await peer.takeUntilPingAnswer()).toEqual([]);
    },
  );

  test('[MQTT-3.1.2-23] a session is stored for its interval, and then ends', async () => {
    const login = await broker.createLogin('expiring');
    const short = await subscriber('expiring-short', 'session/short', { properties: A_SECOND, login });
    const long = await subscriber('expiring-long', 'session/long', { properties: AN_HOUR, login });
    await Promise.all([short.drop(), long.drop()]);
    await silence();
    const expired = await broker.connect5({ clientId: 'expiring-short', flags: 0, login });
    expect(expired.connack.sessionPresent).toBe(false);
    expired.peer.send(publish5('session/short', 'x'));
    expect(await expired.peer.takeUntilPingAnswer()).toEqual([]);
    const stored = await broker.connect5({ clientId: 'expiring-long', flags: 0, login });
    expect(stored.connack.sessionPresent).toBe(true);
  });

  test('[MQTT-3.1.2-23] the interval begins when the connection ends', async () => {
    const first = await subscriber('begins', 'session/begins', { properties: A_SECOND });
    await silence();
    expect(await first.takeUntilPingAnswer()).toEqual([]);
    await first.drop();
    const { connack } = await broker.connect5({ clientId: 'begins', flags: 0 });
    expect(connack.sessionPresent).toBe(true);
  });

  test('[MQTT-3.1.2-23] the interval of the last CONNECT counts', async () => {
    const first = await subscriber('last-counts', 'session/last', { properties: AN_HOUR });
    await first.drop();
    const second = await broker.connect5({ clientId: 'last-counts', flags: 0 });
    expect(second.connack.sessionPresent).toBe(true);
    await second.peer.drop();
    const { connack } = await broker.connect5({ clientId: 'last-counts', flags: 0 });
    expect(connack.sessionPresent).toBe(false);
  });

  test('[MQTT-3.1.2-23] a session that does not expire is stored, or the client is told how long it is', async () => {
    const { peer, connack } = await broker.connect5({ clientId: 'endless', properties: '11 ffffffff' });
    const [told] = connack.properties.get(SESSION_EXPIRY) ?? [0xffffffff];
    expect(told).toBeGreaterThan(0);
    await peer.drop();
    const again = await broker.connect5({ clientId: 'endless', flags: 0 });
    expect(again.connack.sessionPresent).toBe(true);
  });
});

describe('keep alive', () => {
  test('[MQTT-3.1.2-22] a silent client is closed after one and a half times the keep alive, and not before', async () => {
    const start = performance.now();
    const { peer } = await broker.connect5({ clientId: 'keep-alive', keepAlive: '0001' });
    const received = await peer.untilClosed(10_000);
    expect(performance.now() - start).toBeGreaterThanOrEqual(1_500);
    // DISCONNECT may be left out.
    for (const { type, reasonCode } of received) expect([type, reasonCode]).toEqual([DISCONNECT, 0x8d]);
  });

  test('[MQTT-3.1.2-22] the will of a silent client is published, as if the network had failed', async () => {
    const observer = await subscriber('keep-alive-observer', 'session/silent');
    const will = '00 "session/silent" "silent"';
    await broker.connect5({ clientId: 'keep-alive-will', keepAlive: '0001', flags: 0x06, will });
    expect((await observer.receive(PUBLISH, 10_000)).payload).toBe('silent');
  });

  test('[MQTT-3.1.2-22] any packet counts, and without keep alive a client may be silent', async () => {
    const { peer: pinging } = await broker.connect5({ clientId: 'pinging', keepAlive: '0003' });
    const { peer: publishing } = await broker.connect5({ clientId: 'publishing', keepAlive: '0003' });
    const { peer: silent } = await broker.connect5({ clientId: 'three-seconds', keepAlive: '0003' });
    const { peer: unlimited } = await broker.connect5({ clientId: 'unlimited', keepAlive: '0000' });
    let isOver = false;
    const end = silent.untilClosed().then(() => (isOver = true));
    while (!isOver) {
      pinging.send(PINGREQ);
      await pinging.receive(PINGRESP);
      publishing.send(publish5('session/nobody', 'x'));
      await Promise.race([end, silence()]);
    }
    for (const peer of [pinging, publishing, unlimited]) expect(await peer.takeUntilPingAnswer()).toEqual([]);
  });
});

describe('CONNACK and other packets', () => {
  test('[MQTT-3.1.2-28] response information is not sent to a client that did not ask for it', async () => {
    for (const properties of [undefined, '19 00']) {
      const { connack } = await broker.connect5({ clientId: 'no-response-information', properties });
      expect(connack.properties.has(0x1a)).toBe(false);
    }
  });

  test('[MQTT-3.1.2-29] without problem information only CONNACK and DISCONNECT tell a reason', async () => {
    const acl = [{ effect: 'deny', action: 'all', topicFilter: 'session/denied' }];
    const login = await broker.createLogin('no-problems', undefined, acl);
    const { peer } = await broker.connect5({ clientId: 'no-problems', properties: '17 00', login });
    peer.send(
      subscribe5(1, 'session/denied'),
      subscribe5(2, 'session/allowed'),
      unsubscribe5(3, 'session/never'),
      publish5WithId('32', 'session/denied', 4, 'x'),
      publish5WithId('34', 'session/denied', 5, 'x'),
      packet('62', '0006'),
      pubrec(0x77),
    );
    // SUBACK twice, UNSUBACK, PUBACK, PUBREC, PUBCOMP and PUBREL.
    const answers = [];
    while (answers.length < 7) answers.push(await peer.next());
    expect(answers.map((each) => each!.type).toSorted((a, b) => a - b)).toEqual([4, 5, 6, 7, 9, 9, 11]);
    for (const answer of answers) {
      expect(answer!.properties.has(0x1f)).toBe(false);
      expect(answer!.properties.has(0x26)).toBe(false);
    }
  });

  test('[MQTT-3.1.2-29] user properties of PUBLISH are passed on without problem information', async () => {
    const peer = await subscriber('no-problems-publish', 'session/user', { properties: '17 00' });
    peer.send(publish5('session/user', 'x', '07 26 "a" "b"'));
    expect((await peer.receive(PUBLISH)).properties.get(0x26)).toEqual([['a', 'b']]);
  });
});
