import { type AcknowledgementPacket, PacketType, ReasonCode } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

test('while the database is away nothing durable is acknowledged, and all of it when it is back, in order and once', async () => {
  const absent = await engine.connect('absent');
  await absent.subscribe('a', { qos: 2 });
  await absent.disconnect();
  const publisher = await engine.connect('publisher');
  engine.store.isAway = true;
  const payloads = Array.from({ length: 30 }, (_, index) => `message ${index}`);
  for (const [index, payload] of payloads.entries())
    publisher.publish('a', payload, { qos: index % 2 ? 2 : 1 });
  // Tried at least twice, in vain.
  await engine.store.commitAsked();
  await engine.store.commitAsked();
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  expect(engine.broker.health().database.ok).toBe(false);
  engine.store.isAway = false;
  const acknowledged = new Set<number>();
  while (acknowledged.size < payloads.length) {
    const packet = (await publisher.next()) as AcknowledgementPacket;
    expect(packet).toMatchObject({
      type: packet.packetIdentifier % 2 ? PacketType.PUBACK : PacketType.PUBREC,
      reasonCode: 0,
    });
    acknowledged.add(packet.packetIdentifier);
  }
  expect(engine.broker.health().database.ok).toBe(true);
  await engine.restartAfterCrash();
  const returned = await engine.connect('absent');
  const received = [];
  for (const _ of payloads) received.push(await returned.receivePublish());
  // In the order of their publication, each QoS for itself.
  for (const qos of [1, 2]) {
    const ofQoS = received.filter((publish) => publish.qos === qos).map(({ payload }) => payload.toString());
    expect(ofQoS).toEqual(payloads.filter((_, index) => index % 2 === qos - 1));
  }
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test('while the database is away QoS 0, and messages for sessions that end with their connection, go on', async () => {
  const transient = { cleanStart: true, properties: {} };
  const subscriber = await engine.connect('subscriber', transient);
  await subscriber.subscribe('a', { qos: 1 });
  const kept = await engine.connect('kept');
  await kept.subscribe('a', { qos: 0 });
  const publisher = await engine.connect('publisher', transient);
  engine.store.isAway = true;
  publisher.publish('a', 'zero', { qos: 0 });
  await publisher.publishAcknowledged('a', 'one');
  expect(await subscriber.consume(2)).toEqual(['zero', 'one']);
  expect(await kept.receivePayloads(2)).toEqual(['zero', 'one']);
});

test('a message that all its subscribers acknowledge is acknowledged although the database is away', async () => {
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a');
  const absent = await engine.connect('absent');
  await absent.subscribe('b');
  await absent.disconnect();
  const publisher = await engine.connect('publisher');
  engine.store.isAway = true;
  // Something else is being tried in vain, so that what comes now stays pending.
  publisher.publish('b', 'blocked');
  await engine.store.commitAsked();
  publisher.publish('a', 'one');
  expect(await subscriber.consume(1)).toEqual(['one']);
  expect((await publisher.receiveAcknowledgement(PacketType.PUBACK)).packetIdentifier).toBe(2);
  engine.store.isAway = false;
  expect((await publisher.receiveAcknowledgement(PacketType.PUBACK)).packetIdentifier).toBe(1);
});

test('a client that needs its session read is told to try again', async () => {
  const device = await engine.connect('device');
  await device.disconnect();
  // Answered after a commit that holds all that was asked for before: the session has left the memory.
  await engine.connect('other');
  engine.store.isAway = true;
  const refused = engine.begin('device');
  expect((await refused.receive(PacketType.CONNACK)).reasonCode).toBe(0x88);
  await refused.closed();
  engine.store.isAway = false;
  expect((await engine.connect('device')).connack.sessionPresent).toBe(true);
});

test('the queue of a client that returned is read on when the database is back', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.drop();
  const publisher = await engine.connect('publisher');
  const payloads = Array.from({ length: 5 }, (_, index) => `message ${index}`);
  for (const payload of payloads) await publisher.publishAcknowledged('a', payload);
  await engine.restart();
  engine.store.failingPageReads = 1;
  const returned = await engine.connect('device');
  expect(await returned.consume(5)).toEqual(payloads);
});

test('one tenant is deleted while another one keeps the database busy', async () => {
  const doomed = await engine.connect('doomed', { username: '2:device' });
  await doomed.subscribe('a');
  const absent = await engine.connect('absent');
  await absent.subscribe('a');
  await absent.disconnect();
  const publisher = await engine.connect('publisher');
  let isDeleted = false;
  const deletion = engine.broker.inspection.deleteTenant(2).then(() => (isDeleted = true));
  // Three at a time: there is always one more that waits for the next commit.
  for (let count = 0; count < 3; count++) publisher.publish('a', 'busy');
  while (!isDeleted) {
    await publisher.receiveAcknowledgement(PacketType.PUBACK);
    publisher.publish('a', 'busy');
  }
  await deletion;
  expect(await engine.broker.inspection.getSession(2, 'doomed')).toBeUndefined();
});

test('a client that returns while the database is away is told so, also when its session is still in memory', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a');
  engine.store.isAway = true;
  await device.drop();
  // Tried at least once, in vain.
  await engine.store.commitAsked();
  await engine.store.commitAsked();
  const returning = engine.begin('device');
  const { reasonCode } = await returning.receive(PacketType.CONNACK);
  expect(reasonCode).toBe(ReasonCode.SERVER_UNAVAILABLE);
  engine.store.isAway = false;
  await engine.store.commitAsked();
  while (!engine.broker.health().database.ok) await new Promise((resolve) => setImmediate(resolve));
  expect((await engine.connect('device')).connack.sessionPresent).toBe(true);
});
