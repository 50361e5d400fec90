import { PacketType } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';

installClock();
let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

const expiring = (seconds: number) => ({ properties: { sessionExpiryInterval: seconds } });

async function anAbsentSession(clientId: string, topicFilter: string, expirySeconds = 3_600): Promise<void> {
  const client = await engine.connect(clientId, expiring(expirySeconds));
  await client.subscribe(topicFilter);
  await client.disconnect();
}

/** What comes to `clientId` of a message that is published to `topic` now. */
async function receivedBy(clientId: string, topic: string): Promise<string[]> {
  const client = await engine.connect(clientId);
  const publisher = await engine.connect('publisher of the check', { cleanStart: true, properties: {} });
  await publisher.publishAcknowledged(topic, 'check');
  const payloads = (await client.takeUntilPingAnswer()).map((packet) =>
    packet.type === PacketType.PUBLISH ? packet.payload.toString() : 'another packet',
  );
  return payloads;
}

test('a session returns with its subscriptions and queue after a restart', async () => {
  await anAbsentSession('absent', 'a');
  await engine.restart();
  const publisher = await engine.connect('publisher');
  await publisher.publishAcknowledged('a', 'one');
  await engine.restartAfterCrash();
  const returned = await engine.connect('absent');
  expect(returned.connack.sessionPresent).toBe(true);
  expect(await returned.consume(1)).toEqual(['one']);
});

test('a session whose time ran out is gone at CONNECT, to the second', async () => {
  await anAbsentSession('absent', 'a', 10);
  const kept = await engine.connect('absent', expiring(10));
  expect(kept.connack.sessionPresent).toBe(true);
  await kept.disconnect();
  advanceClock(10);
  const returned = await engine.connect('absent');
  expect(returned.connack.sessionPresent).toBe(false);
});

test('3.1.1: a kept session has the expiry of the policy, a clean one ends with its connection', async () => {
  engine.setPolicy('device', { sessionExpirySeconds: 60 });
  const fields = { protocolVersion: 4 as const };
  await (await engine.connect('kept', fields)).drop();
  const kept = await engine.connect('kept', fields);
  expect(kept.connack.sessionPresent).toBe(true);
  await kept.drop();
  advanceClock(60);
  expect((await engine.connect('kept', fields)).connack.sessionPresent).toBe(false);
  await (await engine.connect('clean', { ...fields, cleanStart: true })).drop();
  expect((await engine.connect('clean', fields)).connack.sessionPresent).toBe(false);
});

test('an expiry above the cap is lowered and told, at CONNECT and at DISCONNECT', async () => {
  engine.setPolicy('device', { maxSessionExpirySeconds: 60 });
  const client = await engine.connect('device', expiring(3_600));
  expect(client.connack.properties?.sessionExpiryInterval).toBe(60);
  await client.disconnect({ sessionExpiryInterval: 7_200 });
  advanceClock(60);
  expect((await engine.connect('device')).connack.sessionPresent).toBe(false);
});

test('a session that a crash left connected expires from when its server was last seen', async () => {
  const client = await engine.connect('device', expiring(100));
  await client.subscribe('a');
  await engine.restartAfterCrash();
  advanceClock(101);
  expect((await engine.connect('device')).connack.sessionPresent).toBe(false);
});

test('clean start ends the session that was there, with its queue [MQTT-3.1.2-4]', async () => {
  await anAbsentSession('absent', 'a');
  const publisher = await engine.connect('publisher');
  await publisher.publishAcknowledged('a', 'one');
  const clean = await engine.connect('absent', { cleanStart: true });
  expect(clean.connack.sessionPresent).toBe(false);
  await publisher.publishAcknowledged('a', 'two');
  expect(await clean.takeUntilPingAnswer()).toEqual([]);
  await clean.disconnect();
  await engine.restartAfterCrash();
  const returned = await engine.connect('absent');
  expect(returned.connack.sessionPresent).toBe(true);
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test('the newest connection takes the session over, and the old one is told so [MQTT-3.1.4-3]', async () => {
  const old = await engine.connect('device');
  await old.subscribe('a');
  const publisher = await engine.connect('publisher');
  publisher.publish('a', 'one');
  const first = await old.receivePublish();
  const taker = await engine.connect('device');
  expect((await old.receive(PacketType.DISCONNECT)).reasonCode).toBe(0x8e);
  await old.closed();
  expect(taker.connack.sessionPresent).toBe(true);
  const again = await taker.receivePublish();
  expect(again).toMatchObject({ dup: true, packetIdentifier: first.packetIdentifier, topic: 'a' });
});

test('CONNECTs of one client identifier that come together are served one after the other', async () => {
  const clients = [1, 2, 3, 4].map(() => engine.begin('device'));
  const [, , , last] = clients;
  await last.receive(PacketType.CONNACK);
  await Promise.all(clients.slice(0, 3).map((client) => client.closed()));
  await last.subscribe('a');
  expect(await last.takeUntilPingAnswer()).toEqual([]);
});

test('an expired session is ended once, also when its client returns while that is being written', async () => {
  await anAbsentSession('expired', 'a', 5);
  await anAbsentSession('other', 'a');
  engine.store.hold();
  const ended = engine.store.commitAsked();
  advanceClock(6);
  await ended;
  const returning = engine.begin('expired');
  // A CONNECT that needs the database goes through, so the one before has been handled as far as it can.
  await engine.broker.inspection.getSession(1, 'other');
  await engine.broker.inspection.getSession(1, 'other');
  engine.store.release();
  expect((await returning.receive(PacketType.CONNACK)).sessionPresent).toBe(false);
  await returning.disconnect();
  expect(await receivedBy('other', 'a')).toEqual(['check']);
});

test('an expired session is ended once, however long that takes to be written', async () => {
  await anAbsentSession('expired', 'a', 5);
  await anAbsentSession('other', 'a');
  engine.store.hold();
  const ended = engine.store.commitAsked();
  advanceClock(6);
  await ended;
  await engine.store.sweeps(2);
  engine.store.release();
  expect(await receivedBy('other', 'a')).toEqual(['check']);
});

test('a session ended by DISCONNECT is gone at once, also while that is being written', async () => {
  const leaving = await engine.connect('leaving');
  await leaving.subscribe('a');
  await anAbsentSession('other', 'a');
  engine.store.hold();
  await leaving.disconnect({ sessionExpiryInterval: 0 });
  const returning = engine.begin('leaving');
  await engine.broker.inspection.getSession(1, 'other');
  await engine.broker.inspection.getSession(1, 'other');
  engine.store.release();
  expect((await returning.receive(PacketType.CONNACK)).sessionPresent).toBe(false);
  expect(await receivedBy('other', 'a')).toEqual(['check']);
  await returning.disconnect();
  await engine.restartAfterCrash();
  expect((await engine.connect('leaving')).connack.sessionPresent).toBe(true);
});

test('a client that is gone before CONNACK and comes back finds its session as it left it', async () => {
  await anAbsentSession('device', 'a');
  const watcher = await engine.connect('watcher');
  await watcher.subscribe('will', { qos: 0 });
  engine.store.hold();
  const first = engine.begin('device', { will: { topic: 'will', qos: 1, delayInterval: 30 } });
  await engine.store.commitAsked();
  await first.drop();
  const second = engine.begin('device', { cleanStart: true });
  engine.store.release();
  expect((await second.receive(PacketType.CONNACK)).sessionPresent).toBe(false);
  // The delayed will is due with the end of its session [MQTT-3.1.2-8].
  expect(await watcher.receivePayloads(1)).toEqual(['gone']);
  expect(engine.fatal).toBeNull();
});
