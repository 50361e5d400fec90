import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';
import type { TestClient } from '../../testing/test-client.ts';

let engine: TestBroker;
let publisher: TestClient;

beforeEach(async () => {
  engine = await TestBroker.start();
  engine.setPolicy('device', { keepLastPerTopic: true });
  publisher = await engine.connect('publisher', { username: '1:publisher' });
});

afterEach(() => engine.dispose());

async function anAbsentDevice(filter = '#', clientId = 'device', username = '1:device'): Promise<void> {
  const device = await engine.connect(clientId, { username });
  await device.subscribe(filter);
  await device.disconnect();
}

/** Each as `topic payload`, one after the other. */
async function publishAll(messages: string[]): Promise<void> {
  for (const message of messages) {
    const [topic, payload] = message.split(' ');
    await publisher.publishAcknowledged(topic, payload);
  }
}

async function restartBroker(): Promise<void> {
  await engine.restartAfterCrash();
  publisher = await engine.connect('publisher', { username: '1:publisher' });
}

/** What comes, as `topic payload`, until nothing more is on its way; each is acknowledged. */
async function takeAll(device: TestClient): Promise<string[]> {
  const taken: string[] = [];
  for (;;) {
    const packets = await device.takeUntilPingAnswer();
    if (packets.length === 0) {
      const detail = await engine.broker.inspection.getSession(1, device.clientId);
      if (detail!.queuedMessages === 0) return taken;
    }
    for (const packet of packets) {
      if (packet.type !== PacketType.PUBLISH) continue;
      taken.push(`${packet.topic} ${packet.payload.toString()}`);
      device.acknowledge(PacketType.PUBACK, packet.packetIdentifier);
    }
  }
}

const queued = async () => (await engine.broker.inspection.getSession(1, 'device'))!.queuedMessages;

test('an absent session keeps the newest message of each topic, in order', async () => {
  await anAbsentDevice();
  await publishAll(['a 1', 'b 1', 'a 2', 'c 1', 'a 3', 'b 2']);
  expect(await queued()).toBe(3);
  expect(await takeAll(await engine.connect('device'))).toEqual(['c 1', 'a 3', 'b 2']);
  expect(await engine.broker.inspection.getSession(1, 'device')).toMatchObject({
    queuedMessages: 0,
    queuedBytes: 0,
    droppedMessages: 0,
  });
});

test('it does so across restarts, and other sessions of the filter keep everything', async () => {
  await anAbsentDevice();
  await anAbsentDevice('#', 'other', '1:other');
  await publishAll(['a 1', 'b 1', 'a 2']);
  await restartBroker();
  await publishAll(['a 3', 'c 1']);
  await restartBroker();
  expect(await takeAll(await engine.connect('device'))).toEqual(['b 1', 'a 3', 'c 1']);
  const other = await engine.connect('other', { username: '1:other' });
  expect(await takeAll(other)).toEqual(['a 1', 'b 1', 'a 2', 'a 3', 'c 1']);
});

test('what a session is told of offline is what it will get: the list, the totals and the depth agree', async () => {
  await anAbsentDevice();
  await publishAll(['a 1', 'b 1', 'a 2', 'a 3']);
  const { inspection } = engine.broker;
  const listed = await inspection.listSessions(1, { state: 'offline', sort: 'clientId', limit: 10 });
  expect(listed.items).toMatchObject([{ clientId: 'device', queuedMessages: 2, queuedBytes: 4 }]);
  expect(await inspection.overview(1)).toMatchObject({ queuedMessages: 2, queuedBytes: 4 });
  expect(await inspection.getSession(1, 'device')).toMatchObject({ queuedMessages: 2, queuedBytes: 4 });
});

test('while it is online it gets everything', async () => {
  const device = await engine.connect('device');
  await device.subscribe('#');
  await publishAll(['a 1', 'a 2', 'a 3']);
  expect(await takeAll(device)).toEqual(['a 1', 'a 2', 'a 3']);
});

test('what it had not been sent when it left is subject to it, what it had been sent is not', async () => {
  engine.setPolicy('device', { keepLastPerTopic: true, maxInflight: 2 });
  const device = await engine.connect('device');
  await device.subscribe('#');
  await publishAll(['a 1', 'a 2', 'a 3', 'b 1', 'a 4']);
  expect(await device.receivePayloads(2)).toEqual(['1', '2']);
  await device.drop();
  await publishAll(['a 5']);
  await restartBroker();
  const returned = await engine.connect('device');
  const first = await returned.receivePublish();
  expect({ payload: first.payload.toString(), dup: first.dup }).toEqual({ payload: '1', dup: true });
  returned.acknowledge(PacketType.PUBACK, first.packetIdentifier);
  expect(await takeAll(returned)).toEqual(['a 2', 'b 1', 'a 5']);
});

test('messages that come while it drains join behind, all of them', async () => {
  engine.setPolicy('device', { keepLastPerTopic: true, maxInflight: 1 });
  await anAbsentDevice();
  await publishAll(['a 1', 'b 1', 'a 2', 'b 2']);
  const device = await engine.connect('device');
  const first = await device.receivePublish();
  expect(first.payload.toString()).toBe('2');
  await publishAll(['a 3', 'a 4']);
  device.acknowledge(PacketType.PUBACK, first.packetIdentifier);
  expect(await takeAll(device)).toEqual(['b 2', 'a 3', 'a 4']);
});

test('one that leaves again in the middle goes on from there', async () => {
  engine.setPolicy('device', { keepLastPerTopic: true, maxInflight: 1 });
  await anAbsentDevice();
  await publishAll(['a 1', 'b 1', 'c 1', 'a 2', 'd 1']);
  const device = await engine.connect('device');
  expect(await device.consume(1)).toEqual(['1']);
  await device.drop();
  await publishAll(['c 2', 'e 1']);
  await restartBroker();
  // `c 1` was in flight.
  expect(await takeAll(await engine.connect('device'))).toEqual(['c 1', 'a 2', 'd 1', 'c 2', 'e 1']);
});

test('the limit counts topics: the ones that were silent for longest go', async () => {
  engine.setPolicy('device', { keepLastPerTopic: true, maxQueuedMessages: 3 });
  await anAbsentDevice();
  await publishAll(['a 1', 'b 1', 'c 1', 'a 2', 'a 3', 'a 4', 'd 1', 'd 2']);
  expect(await queued()).toBe(3);
  expect(await takeAll(await engine.connect('device'))).toEqual(['c 1', 'a 4', 'd 2']);
  const detail = await engine.broker.inspection.getSession(1, 'device');
  expect(detail).toMatchObject({ droppedMessages: 1 });
});

test('what came before the policy asked for it is kept whole', async () => {
  engine.setPolicy('device', {});
  await anAbsentDevice();
  await publishAll(['a 1', 'a 2']);
  engine.setPolicy('device', { keepLastPerTopic: true, maxInflight: 1 });
  await (await engine.connect('device')).drop();
  await publishAll(['a 3', 'a 4']);
  expect(await takeAll(await engine.connect('device'))).toEqual(['a 1', 'a 2', 'a 4']);
});

test('several filters of a session, and QoS 2', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a/#', { qos: 2 });
  await device.subscribe('+/x');
  await device.disconnect();
  await publishAll(['a/x 1', 'b/x 1', 'a/y 1', 'a/x 2', 'b/x 2']);
  expect(await takeAll(await engine.connect('device'))).toEqual(['a/y 1', 'a/x 2', 'b/x 2']);
});

test('a queue that is purged holds what came after', async () => {
  await anAbsentDevice();
  await publishAll(['a 1', 'a 2', 'b 1']);
  expect(await engine.broker.inspection.purgeQueue(1, 'device')).toEqual({
    purgedMessages: 2,
    isComplete: true,
  });
  await publishAll(['c 1']);
  expect(await takeAll(await engine.connect('device'))).toEqual(['c 1']);
});
