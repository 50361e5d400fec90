import { PacketType } from '@restante/mqtt-codec';
import { CHECKPOINT_MS } from './limits.ts';
import { TestBroker } from '../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

/** A session that subscribed and is absent. */
async function anAbsentSession(clientId: string, topicFilter: string, qos: 1 | 2 = 1): Promise<void> {
  const client = await engine.connect(clientId);
  await client.subscribe(topicFilter, { qos });
  await client.disconnect();
}

test('PUBACK leaves when the message is committed for an absent session, and not before', async () => {
  await anAbsentSession('absent', 'a');
  const publisher = await engine.connect('publisher');
  engine.store.hold();
  publisher.publish('a', 'one');
  await engine.store.commitAsked();
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  await publisher.receiveAcknowledgement(PacketType.PUBACK);
  expect(engine.store.committed.at(-1)!.entries).toHaveLength(1);
});

test('PUBACK leaves before the commit when every follower has acknowledged, and the message is never written', async () => {
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a');
  const publisher = await engine.connect('publisher');
  // The first message keeps the journal busy, so that the second one is still pending when it is acknowledged.
  engine.store.hold();
  publisher.publish('a', 'one');
  await engine.store.commitAsked();
  publisher.publish('a', 'two');
  expect(await subscriber.consume(2)).toEqual(['one', 'two']);
  // The first is already on its way to the database, and waits for it.
  const { packetIdentifier } = await publisher.receiveAcknowledgement(PacketType.PUBACK);
  expect(packetIdentifier).toBe(2);
  engine.store.release();
  await publisher.receiveAcknowledgement(PacketType.PUBACK);
  const { committed } = engine.store;
  await subscriber.disconnect();
  await engine.restart();
  const written = committed.flatMap((batch) => batch.entries);
  expect(written.map(({ message }) => message.payload.toString())).toEqual(['one']);
  const returned = await engine.connect('subscriber');
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test('PUBREC waits for the packet identifier to be durable, also when nobody subscribes', async () => {
  const publisher = await engine.connect('publisher');
  engine.store.hold();
  const packetIdentifier = publisher.publish('nobody', 'one', { qos: 2 });
  await engine.store.commitAsked();
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  await publisher.receiveAcknowledgement(PacketType.PUBREC);
  expect(engine.store.committed.at(-1)!.states).toMatchObject([{ received: [packetIdentifier] }]);
});

test('PUBCOMP waits until the packet identifier is durably forgotten', async () => {
  const publisher = await engine.connect('publisher');
  const packetIdentifier = publisher.publish('nobody', 'one', { qos: 2 });
  await publisher.receiveAcknowledgement(PacketType.PUBREC);
  engine.store.hold();
  publisher.acknowledge(PacketType.PUBREL, packetIdentifier);
  await engine.store.commitAsked();
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  await publisher.receiveAcknowledgement(PacketType.PUBCOMP);
  expect(engine.store.committed.at(-1)!.states).toMatchObject([{ received: [] }]);
});

test('a QoS 2 PUBLISH to a subscriber waits until its packet identifier is durable', async () => {
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a', { qos: 2 });
  const publisher = await engine.connect('publisher', { cleanStart: true, properties: {} });
  engine.store.hold();
  publisher.publish('a', 'one', { qos: 2 });
  await engine.store.commitAsked();
  expect(await subscriber.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  const { packetIdentifier, qos } = await subscriber.receivePublish();
  expect(qos).toBe(2);
  const inflight = engine.store.committed.flatMap((batch) => batch.states).flatMap((state) => state.inflight);
  expect(inflight).toContainEqual(expect.objectContaining({ packetIdentifier, state: 'publish-qos2' }));
});

test('PUBREL to a subscriber waits until PUBREC is durable', async () => {
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a', { qos: 2 });
  const publisher = await engine.connect('publisher');
  await publisher.publishExactlyOnce('a', 'one');
  const { packetIdentifier } = await subscriber.receivePublish();
  engine.store.hold();
  subscriber.acknowledge(PacketType.PUBREC, packetIdentifier);
  await engine.store.commitAsked();
  expect(await subscriber.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  await subscriber.receiveAcknowledgement(PacketType.PUBREL);
  const { states } = engine.store.committed.at(-1)!;
  expect(states.flatMap((state) => state.inflight)).toContainEqual(
    expect.objectContaining({ packetIdentifier, state: 'pubrel' }),
  );
});

test('a QoS 2 message that is sent again is not a second message, before PUBREC, after it and after a crash', async () => {
  await anAbsentSession('absent', 'a', 2);
  const publisher = await engine.connect('publisher');
  const packetIdentifier = publisher.publish('a', 'one', { qos: 2 });
  publisher.publish('a', 'one', { qos: 2, dup: true, packetIdentifier });
  await publisher.receiveAcknowledgement(PacketType.PUBREC);
  publisher.publish('a', 'one', { qos: 2, dup: true, packetIdentifier });
  await publisher.receiveAcknowledgement(PacketType.PUBREC);
  await engine.restartAfterCrash();

  const returned = await engine.connect('publisher');
  expect(returned.connack.sessionPresent).toBe(true);
  returned.publish('a', 'one', { qos: 2, dup: true, packetIdentifier });
  await returned.receiveAcknowledgement(PacketType.PUBREC);
  returned.acknowledge(PacketType.PUBREL, packetIdentifier);
  await returned.receiveAcknowledgement(PacketType.PUBCOMP);
  // Released: the same identifier is a new message now.
  returned.publish('a', 'two', { qos: 2, packetIdentifier });
  await returned.receiveAcknowledgement(PacketType.PUBREC);

  const subscriber = await engine.connect('absent');
  expect(await subscriber.receivePayloads(2)).toEqual(['one', 'two']);
  expect(await subscriber.takeUntilPingAnswer()).toEqual([]);
});

test('SUBACK and UNSUBACK of a durable session wait for the commit', async () => {
  const client = await engine.connect('device');
  engine.store.hold();
  client.sendSubscribe('a');
  await engine.store.commitAsked();
  expect(await client.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  await client.receive(PacketType.SUBACK);
  engine.store.hold();
  client.sendUnsubscribe('a');
  await engine.store.commitAsked();
  expect(await client.takeUntilPingAnswer()).toEqual([]);
  engine.store.release();
  await client.receive(PacketType.UNSUBACK);
});

test('CONNACK of a durable session waits for the commit', async () => {
  engine.store.hold();
  const client = engine.begin('device');
  await engine.store.commitAsked();
  let isAnswered = false;
  const connack = client.receive(PacketType.CONNACK).then(() => (isAnswered = true));
  const transient = await engine.connect('transient', { cleanStart: true, properties: {} });
  await transient.takeUntilPingAnswer();
  expect(isAnswered).toBe(false);
  engine.store.release();
  await connack;
});

test('a message that waits for the window is committed, also after a checkpoint that found nothing to write', async () => {
  engine.setPolicy('device', { maxInflight: 1 });
  const subscriber = await engine.connect('subscriber');
  await subscriber.subscribe('a');
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  publisher.publish('a', 'in flight');
  await subscriber.receivePublish();
  // The commit takes along what the checkpoint is for.
  await publisher.receiveAcknowledgement(PacketType.PUBACK);
  await new Promise((resolve) => setTimeout(resolve, 2 * CHECKPOINT_MS));
  publisher.publish('a', 'waits');
  await publisher.receiveAcknowledgement(PacketType.PUBACK);
});
