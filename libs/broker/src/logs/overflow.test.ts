import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index}`);

async function publishAll(payloads: string[], topic = 'a'): Promise<void> {
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  for (const payload of payloads) publisher.publish(topic, payload);
  for (const _ of payloads) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  await publisher.disconnect();
}

test('drop-oldest: the newest stay, and what was dropped is counted', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 10, overflow: 'drop-oldest' });
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.disconnect();
  await publishAll(names(1, 25));
  const returned = await engine.connect('device');
  expect(await returned.consume(10)).toEqual(names(16, 25));
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
  const detail = await engine.broker.inspection.getSession(1, 'device');
  expect(detail).toMatchObject({ queuedMessages: 0, queuedBytes: 0, droppedMessages: 15 });
});

test('drop-newest: the oldest stay', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 10, overflow: 'drop-newest' });
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.disconnect();
  await publishAll(names(1, 25));
  const returned = await engine.connect('device');
  expect(await returned.consume(10)).toEqual(names(1, 10));
  await publishAll(names(26, 26));
  expect(await returned.consume(1)).toEqual(names(26, 26));
});

test.each([
  ['drop-oldest' as const, names(8, 10)],
  ['drop-newest' as const, names(3, 5)],
])('a slow client that is online: %s, and what is in flight stays', async (overflow, kept) => {
  engine.setPolicy('device', { maxQueuedMessages: 5, maxInflight: 2, overflow });
  const device = await engine.connect('device');
  await device.subscribe('a');
  await publishAll(names(1, 2));
  const inflight = [await device.receivePublish(), await device.receivePublish()];
  await publishAll(names(3, 10));
  for (const { packetIdentifier } of inflight) device.acknowledge(PacketType.PUBACK, packetIdentifier);
  expect(await device.consume(3)).toEqual(kept);
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});

test.each([
  ['drop-oldest' as const, names(6, 10)],
  ['drop-newest' as const, names(2, 6)],
])('a session that ends with its connection has the same limit, in memory: %s', async (overflow, kept) => {
  engine.setPolicy('device', { maxQueuedMessages: 5, maxInflight: 1, overflow });
  const device = await engine.connect('device', { cleanStart: true, properties: {} });
  await device.subscribe('a');
  await publishAll(names(1, 1));
  const { packetIdentifier } = await device.receivePublish();
  await publishAll(names(2, 10));
  device.acknowledge(PacketType.PUBACK, packetIdentifier);
  expect(await device.consume(5)).toEqual(kept);
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});

test('the limit in bytes holds, and does not count what the limit in messages has dropped already', async () => {
  const payload = (index: number) => `${index}`.padEnd(1_000, '.');
  engine.setPolicy('device', { maxQueuedMessages: 20, maxQueuedBytes: 25_000, overflow: 'drop-oldest' });
  const device = await engine.connect('device');
  await device.subscribe('a');
  // In flight when the client leaves: its place in the log lies before all that is dropped later.
  await publishAll(['in flight']);
  await device.receivePublish();
  await device.drop();
  await publishAll(Array.from({ length: 60 }, (_, index) => payload(index)));
  await engine.restartAfterCrash();
  const returned = await engine.connect('device');
  const received = await returned.consume(20);
  expect(received).toEqual(['in flight', ...Array.from({ length: 19 }, (_, index) => payload(41 + index))]);
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
});

test('a queue above its limit in bytes loses its oldest messages', async () => {
  const payload = (index: number) => `${index}`.padEnd(1_000, '.');
  engine.setPolicy('device', { maxQueuedBytes: 10_100, overflow: 'drop-oldest' });
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.disconnect();
  await publishAll(Array.from({ length: 30 }, (_, index) => payload(index)));
  const returned = await engine.connect('device');
  expect(await returned.consume(10)).toEqual(Array.from({ length: 10 }, (_, index) => payload(20 + index)));
});

test('a QoS 2 message in flight that the queue lost keeps its packet identifier until the client has let it go', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 5, overflow: 'drop-oldest' });
  const device = await engine.connect('device');
  await device.subscribe('a', { qos: 2 });
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  await publisher.publishExactlyOnce('a', 'in flight');
  const { packetIdentifier } = await device.receivePublish();
  await device.drop();
  const reclaimed = engine.store.reclaimed();
  for (const payload of names(1, 20)) await publisher.publishAcknowledged('a', payload);
  await reclaimed;
  // The client has the message and its PUBREC was lost: a new message under this identifier would be a repetition to it.
  const returned = await engine.connect('device');
  const released = await returned.receiveAcknowledgement(PacketType.PUBREL);
  expect(released.packetIdentifier).toBe(packetIdentifier);
  const identifiers: number[] = [];
  for (let count = 0; count < 5; count++) {
    const publish = await returned.receivePublish();
    identifiers.push(publish.packetIdentifier);
    returned.acknowledge(PacketType.PUBACK, publish.packetIdentifier);
  }
  expect(identifiers).not.toContain(packetIdentifier);
  returned.acknowledge(PacketType.PUBCOMP, packetIdentifier);
  await returned.takeUntilPingAnswer();
  expect(await engine.broker.inspection.listInflight(1, 'device')).toEqual([]);
});

test('a message that is never acknowledged stays, while thousands after it are', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 5, overflow: 'drop-oldest' });
  const absent = await engine.connect('absent', { username: '1:absent' });
  await absent.subscribe('a');
  await absent.disconnect();
  const device = await engine.connect('device');
  await device.subscribe('a');
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  await publisher.publishAcknowledged('a', 'stuck');
  const stuck = await device.receivePublish();
  for (const payload of names(1, 20)) {
    await publisher.publishAcknowledged('a', payload);
    await device.consume(1);
  }
  await device.disconnect();
  await (await engine.connect('absent', { username: '1:absent', cleanStart: true })).disconnect();
  await engine.store.sweeps(3);
  const returned = await engine.connect('device');
  const again = await returned.receivePublish();
  expect(again).toMatchObject({
    packetIdentifier: stuck.packetIdentifier,
    dup: true,
    payload: stuck.payload,
  });
});

test('purging a queue leaves what is in flight, and a resent message is acknowledged once', async () => {
  const device = await engine.connect('device', {
    properties: { sessionExpiryInterval: 60, receiveMaximum: 1 },
  });
  await device.subscribe('a');
  await publishAll(names(1, 5));
  await device.receivePublish();
  await device.drop();
  expect(await engine.broker.inspection.purgeQueue(1, 'device')).toEqual({
    purgedMessages: 4,
    isComplete: true,
  });
  await publishAll(names(6, 6));
  const returned = await engine.connect('device');
  expect(await returned.consume(2)).toEqual([...names(1, 1), ...names(6, 6)]);
  await returned.takeUntilPingAnswer();
  const detail = await engine.broker.inspection.getSession(1, 'device');
  expect(detail).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
});

test('a message whose expiry passed while it waited is not sent, and the rest of its interval is told', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a');
  await device.disconnect();
  const publisher = await engine.connect('publisher');
  await publisher.publishAcknowledged('a', 'short', { messageExpiryInterval: 1 });
  await publisher.publishAcknowledged('a', 'long', { messageExpiryInterval: 100 });
  await engine.store.sweeps(2);
  const returned = await engine.connect('device');
  const publish = await returned.receivePublish();
  expect(publish.payload.toString()).toBe('long');
  expect(publish.messageExpiryInterval).toBeLessThan(100);
});
