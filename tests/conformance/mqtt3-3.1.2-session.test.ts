/** MQTT 3.1.1, section 3.1.2.4: clean session, and what outlives a session. */
import { BrokerUnderTest } from './broker-under-test.ts';
import {
  CONNACK,
  DISCONNECT_NORMALLY,
  pubcomp,
  PUBCOMP,
  PUBLISH,
  publish3WithId,
  pubrec,
  PUBREC,
  pubrel,
  PUBREL,
} from './packets.ts';
import type { Peer } from './peer.ts';
import {
  payloadsUntil,
  publish,
  publishQoS0,
  publishQoS2,
  receiveUntil,
  RESUME,
  seen,
  subscribe,
  subscriber,
} from './mqtt3-exchange.ts';

let broker: BrokerUnderTest;
let publisher: Peer;
beforeAll(async () => {
  broker = await BrokerUnderTest.start();
  ({ peer: publisher } = await broker.connect3({ clientId: 'publisher' }));
});
afterAll(() => broker.stop());

const resume = (clientId: string) => broker.connect3({ clientId, flags: RESUME });

async function leave(peer: Peer): Promise<void> {
  peer.send(DISCONNECT_NORMALLY);
  expect(await peer.untilClosed()).toEqual([]);
}

const ENDS: [string, (peer: Peer) => Promise<void>][] = [
  ['DISCONNECT', leave],
  ['a broken connection', (peer) => peer.drop()],
];

test.each(ENDS)('[v3 MQTT-3.1.2-4] subscriptions are kept beyond %s', async (_, end) => {
  const first = await subscriber(broker, 'kept', 'kept/+', '01', { flags: RESUME });
  await subscribe(first, 'kept/a/b', '02');
  await subscribe(first, 'kept/c/d', '00');
  await end(first);
  const { peer, connack } = await resume('kept');
  expect(connack.sessionPresent).toBe(true);
  await publishQoS2(publisher, 'kept/a/b', 'two');
  await publish(publisher, 'kept/c/d', 'none');
  await publish(publisher, 'kept/a', 'end');
  const received = [await peer.receive(PUBLISH), await peer.receive(PUBLISH), await peer.receive(PUBLISH)];
  expect(received.map(({ payloadV3, qos }) => `${payloadV3} ${qos}`).sort()).toEqual([
    'end 1',
    'none 0',
    'two 2',
  ]);
  await (await broker.connect3({ clientId: 'kept' })).peer.drop();
});

test.each(ENDS)(
  '[v3 MQTT-3.1.2-5] QoS 1 and 2 messages that come after %s are stored for the session',
  async (_, end) => {
    const first = await subscriber(broker, 'stored', 'stored/#', '02', { flags: RESUME });
    await end(first);
    for (let i = 1; i <= 20; i++) {
      if (i % 2) await publish(publisher, `stored/${i}`, `m${i}`);
      else await publishQoS2(publisher, `stored/${i}`, `m${i}`);
    }
    const { peer } = await resume('stored');
    const received = [];
    for (let i = 1; i <= 20; i++) received.push(seen(await peer.receive(PUBLISH)));
    // Messages of different QoS may overtake each other.
    received.sort((a, b) => Number(a.topic.slice(7)) - Number(b.topic.slice(7)));
    for (const [i, message] of received.entries()) {
      const n = i + 1;
      expect(message).toEqual({ topic: `stored/${n}`, qos: n % 2 ? 1 : 2, retain: false, payload: `m${n}` });
    }
    await (await broker.connect3({ clientId: 'stored' })).peer.drop();
  },
);

test('[v3 MQTT-3.1.2-5] only what matches the subscriptions at the disconnection is stored', async () => {
  const first = await subscriber(broker, 'chosen', 'chosen/a', '01', { flags: RESUME });
  await first.drop();
  await publish(publisher, 'chosen/b', 'other');
  await publish(publisher, 'chosen/a', 'mine');
  const { peer } = await resume('chosen');
  await publish(publisher, 'chosen/a', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual(['mine']);
});

test('[v3 MQTT-3.1.2-4] a QoS 2 message that the broker has, but that is not released, is known for the same one later', async () => {
  const subscribed = await subscriber(broker, 'inbound-s', 'inbound', '01');
  const { peer: first } = await resume('inbound');
  first.send(publish3WithId('34', 'inbound', 9, 'once'));
  await first.receive(PUBREC);
  await first.drop();
  const { peer } = await resume('inbound');
  peer.send(publish3WithId('3c', 'inbound', 9, 'once'));
  expect((await peer.receive(PUBREC)).hex).toBe('50 0009');
  peer.send(pubrel(9));
  expect((await peer.receive(PUBCOMP)).hex).toBe('70 0009');
  await publish(publisher, 'inbound', 'end');
  expect(await payloadsUntil(subscribed, 'end')).toEqual(['once']);
});

test('[v3 MQTT-3.1.2-4] an exchange that stopped at PUBREL goes on in the next connection', async () => {
  const first = await subscriber(broker, 'outbound', 'outbound', '02', { flags: RESUME });
  await publishQoS2(publisher, 'outbound', 'm');
  const { packetIdentifier } = await first.receive(PUBLISH);
  first.send(pubrec(packetIdentifier));
  await first.receive(PUBREL);
  await first.drop();
  const { peer } = await resume('outbound');
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
  peer.send(pubcomp(packetIdentifier));
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
});

test('[v3 MQTT-3.1.2-6] clean session 1 discards the session that was there: subscriptions, and what waits', async () => {
  const first = await subscriber(broker, 'discarded', 'discarded', '02', { flags: RESUME });
  await publish(publisher, 'discarded', 'in flight');
  await first.receive(PUBLISH);
  await first.drop();
  await publish(publisher, 'discarded', 'waiting');
  const { peer, connack } = await broker.connect3({ clientId: 'discarded' });
  expect(connack.sessionPresent).toBe(false);
  await publish(publisher, 'discarded', 'unwanted');
  await subscribe(peer, 'discarded');
  await publish(publisher, 'discarded', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test('[v3 MQTT-3.1.2-6] clean session 1 discards QoS 2 messages that were not released', async () => {
  const subscribed = await subscriber(broker, 'forgotten-s', 'forgotten', '01');
  const { peer: first } = await resume('forgotten');
  first.send(publish3WithId('34', 'forgotten', 4, 'one'));
  await first.receive(PUBREC);
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'forgotten' });
  peer.send(publish3WithId('34', 'forgotten', 4, 'two'));
  expect((await peer.receive(PUBREC)).hex).toBe('50 0004');
  await publish(publisher, 'forgotten', 'end');
  expect(await payloadsUntil(subscribed, 'end')).toEqual(['one', 'two']);
});

test.each(ENDS)('[v3 MQTT-3.1.2-6] a session with clean session 1 ends with %s', async (_, end) => {
  const first = await subscriber(broker, 'brief', 'brief', '02');
  await publish(publisher, 'brief', 'in flight');
  await first.receive(PUBLISH);
  first.send(publish3WithId('34', 'brief/other', 6, 'm'));
  await first.receive(PUBREC);
  await end(first);
  await publish(publisher, 'brief', 'between');
  const { peer, connack } = await resume('brief');
  expect(connack.sessionPresent).toBe(false);
  await publish(publisher, 'brief', 'not subscribed');
  await subscribe(peer, 'brief');
  await publish(publisher, 'brief', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
  await (await broker.connect3({ clientId: 'brief' })).peer.drop();
});

test('[v3 MQTT-3.1.2-6] nor is it there for a clean session after it', async () => {
  const first = await subscriber(broker, 'clean-clean', 'clean-clean');
  await first.drop();
  const { peer } = await broker.connect3({ clientId: 'clean-clean' });
  await publish(publisher, 'clean-clean', 'not subscribed');
  await subscribe(peer, 'clean-clean');
  await publish(publisher, 'clean-clean', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual([]);
});

test.each([
  ['a session that ends with its connection', 0x02],
  ['a session that a clean session replaces', RESUME],
])('[v3 MQTT-3.1.2-7] retained messages outlive %s', async (_, flags) => {
  const { peer: owner } = await broker.connect3({ clientId: 'retainer', flags });
  await publish(owner, `outlives/${flags}`, 'retained', '33');
  await leave(owner);
  await (await broker.connect3({ clientId: 'retainer' })).peer.drop();
  const peer = await subscriber(broker, 'heir', `outlives/${flags}`);
  expect(seen(await peer.receive(PUBLISH))).toMatchObject({ retain: true, payload: 'retained' });
});

test('[v3 MQTT-4.1.0-1] the state of a session lasts over many connections', async () => {
  const first = await subscriber(broker, 'lasting', 'lasting/+', '01', { flags: RESUME });
  await publish(publisher, 'lasting/a', 'unacknowledged');
  const { packetIdentifier } = await first.receive(PUBLISH);
  await first.drop();
  for (let i = 0; i < 4; i++) {
    const { peer, connack } = await resume('lasting');
    expect(connack.sessionPresent).toBe(true);
    const again = await peer.receive(PUBLISH);
    expect([again.packetIdentifier, again.payloadV3]).toEqual([packetIdentifier, 'unacknowledged']);
    await peer.drop();
  }
  const { peer } = await resume('lasting');
  await publish(publisher, 'lasting/b', 'end');
  expect(await payloadsUntil(peer, 'end')).toEqual(['unacknowledged']);
});

test('[v3 MQTT-4.1.0-2] a session lasts as long as its connection, however short its expiry', async () => {
  const login = await broker.createLogin('short', { sessionExpirySeconds: 1 });
  const clean = await subscriber(broker, 'long-clean', 'long', '01', { login });
  const resumable = await subscriber(broker, 'long', 'long', '01', { login, flags: RESUME });
  // A connection that ends by itself after more than a second.
  const { peer: clock } = await broker.connect3({ clientId: 'long-clock', keepAlive: '0001' });
  await clock.untilClosed();
  await publish(publisher, 'long', 'end');
  expect(await receiveUntil(clean, 'end')).toEqual([]);
  expect(await receiveUntil(resumable, 'end')).toEqual([]);
  const again = await broker.connect3({ clientId: 'long', login, flags: RESUME });
  expect(again.connack.sessionPresent).toBe(true);
});

test('[v3 MQTT-3.1.2-4] a session is stored for the credential`s tenant, not found by another', async () => {
  await broker.server.api('POST', '/tenants', { slug: 'elsewhere' });
  const { body } = await broker.server.api('POST', '/tenants/elsewhere/credentials', { username: 'device' });
  const login = `"${body.mqttUsername}" "${body.password}"`;
  await (await resume('shared-name')).peer.drop();
  const { connack } = await broker.connect3({ clientId: 'shared-name', flags: RESUME, login });
  expect(connack.sessionPresent).toBe(false);
});

test('[v3 MQTT-3.1.2-4] a session that waits gets what a QoS 0 message between does not disturb', async () => {
  const first = await subscriber(broker, 'mixed', 'mixed', '01', { flags: RESUME });
  await first.drop();
  await publish(publisher, 'mixed', 'one');
  await publishQoS0(publisher, 'mixed', 'maybe');
  await publish(publisher, 'mixed', 'two');
  const peer = await broker.open();
  peer.send(broker.connect3Bytes({ clientId: 'mixed', flags: RESUME }));
  await peer.receive(CONNACK);
  expect((await payloadsUntil(peer, 'two')).filter((payload) => payload !== 'maybe')).toEqual(['one']);
});
