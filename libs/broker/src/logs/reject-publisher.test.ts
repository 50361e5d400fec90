import { PacketType, ReasonCode } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';
import type { TestClient } from '../../testing/test-client.ts';

let engine: TestBroker;
let publisher: TestClient;

beforeEach(async () => {
  engine = await TestBroker.start();
  engine.setPolicy('device', { maxQueuedMessages: 5, overflow: 'reject-publisher' });
  publisher = await engine.connect('publisher', { username: '1:publisher' });
});

afterEach(() => engine.dispose());

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index}`);

async function anAbsentDevice(...filters: string[]): Promise<void> {
  const device = await engine.connect('device');
  for (const filter of filters) await device.subscribe(filter);
  await device.disconnect();
}

/** Publishes them one after the other; the reason codes of the answers. */
async function publishAll(payloads: string[], topic = 'a'): Promise<number[]> {
  const reasonCodes: number[] = [];
  for (const payload of payloads) {
    const { reasonCode } = await publisher.publishAcknowledged(topic, payload);
    reasonCodes.push(reasonCode);
  }
  return reasonCodes;
}

const accepted = (count: number) => Array.from({ length: count }, () => ReasonCode.SUCCESS);
const refused = (count: number) => Array.from({ length: count }, () => ReasonCode.QUOTA_EXCEEDED);

async function restartBroker(): Promise<void> {
  await engine.restartAfterCrash();
  publisher = await engine.connect('publisher', { username: '1:publisher' });
}

test('a full queue refuses what comes, keeps what it has, and takes again when there is room', async () => {
  await anAbsentDevice('a');
  expect(await publishAll(names(1, 8))).toEqual([...accepted(5), ...refused(3)]);
  const returned = await engine.connect('device');
  expect(await returned.consume(5)).toEqual(names(1, 5));
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
  expect(await publishAll(names(9, 9))).toEqual(accepted(1));
  expect(await returned.consume(1)).toEqual(names(9, 9));
});

test('a burst is cut exactly where the queue is full', async () => {
  await anAbsentDevice('a');
  for (const payload of names(1, 20)) publisher.publish('a', payload);
  const answers = [];
  for (let index = 0; index < 20; index++)
    answers.push(await publisher.receiveAcknowledgement(PacketType.PUBACK));
  const taken = answers.filter(({ reasonCode }) => reasonCode === ReasonCode.SUCCESS);
  expect(taken.map(({ packetIdentifier }) => packetIdentifier)).toEqual([1, 2, 3, 4, 5]);
  expect(await (await engine.connect('device')).consume(5)).toEqual(names(1, 5));
});

test('the limit holds across a restart', async () => {
  await anAbsentDevice('a');
  await publishAll(names(1, 3));
  await restartBroker();
  expect(await publishAll(names(4, 7))).toEqual([...accepted(2), ...refused(2)]);
  await restartBroker();
  expect(await publishAll(names(8, 8))).toEqual(refused(1));
  expect(await (await engine.connect('device')).consume(5)).toEqual(names(1, 5));
});

test('the filters of a session share its limit', async () => {
  await anAbsentDevice('a', 'b', 'c');
  const answers: number[] = [];
  for (const topic of ['a', 'b', 'a', 'a', 'a', 'b', 'c', 'a']) {
    const { reasonCode } = await publisher.publishAcknowledged(topic, topic);
    answers.push(reasonCode);
  }
  expect(answers).toEqual([...accepted(5), ...refused(3)]);
  expect(await (await engine.connect('device')).consume(5)).toEqual(['a', 'b', 'a', 'a', 'a']);
});

test('nobody gets what one queue refuses, and other topics are not concerned', async () => {
  await anAbsentDevice('a');
  const other = await engine.connect('other', { username: '1:other' });
  await other.subscribe('#');
  await publishAll(names(1, 6));
  expect(await other.consume(5)).toEqual(names(1, 5));
  expect(await publishAll(['else'], 'b')).toEqual(accepted(1));
  expect(await other.consume(1)).toEqual(['else']);
});

test('with QoS 2 PUBREC refuses, and the packet identifier is free again', async () => {
  await anAbsentDevice('a');
  await publishAll(names(1, 5));
  const packetIdentifier = publisher.publish('a', 'refused', { qos: 2 });
  const pubrec = await publisher.receiveAcknowledgement(PacketType.PUBREC);
  expect(pubrec).toMatchObject({ packetIdentifier, reasonCode: ReasonCode.QUOTA_EXCEEDED });
  await (await engine.connect('device')).consume(5);
  publisher.publish('a', 'taken', { qos: 2, packetIdentifier });
  expect(await publisher.receiveAcknowledgement(PacketType.PUBREC)).toMatchObject({ reasonCode: 0 });
});

test('what is refused is not retained either', async () => {
  await anAbsentDevice('a');
  await publishAll(names(1, 5));
  const { reasonCode } = await publisher.publishAcknowledged('a', 'retained', { retain: true });
  expect(reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
  const watcher = await engine.connect('watcher', { username: '1:watcher' });
  await watcher.subscribe('a');
  expect(await watcher.takeUntilPingAnswer()).toEqual([]);
});

test('3.1.1 cannot refuse: the connection is closed, and the message not acknowledged', async () => {
  await anAbsentDevice('a');
  await publishAll(names(1, 5));
  const old = await engine.connect('old', {
    username: '1:publisher',
    protocolVersion: 4,
    cleanStart: true,
    properties: {},
  });
  old.publish('a', 'refused');
  expect(await old.next()).toBeNull();
});

test('a slow client that is online refuses publishers too, and one that acknowledges makes room', async () => {
  const device = await engine.connect('device');
  await device.subscribe('a');
  expect(await publishAll(names(1, 6))).toEqual([...accepted(5), ...refused(1)]);
  const first = await device.receivePublish();
  device.acknowledge(PacketType.PUBACK, first.packetIdentifier);
  await device.receivePublish();
  expect(await publishAll(names(7, 8))).toEqual([...accepted(1), ...refused(1)]);
});

test('the queue of a session that ends with its connection has the same limit', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 5, maxInflight: 1, overflow: 'reject-publisher' });
  const device = await engine.connect('device', { cleanStart: true, properties: {} });
  await device.subscribe('a');
  // One is in flight, five wait.
  expect(await publishAll(names(1, 8))).toEqual([...accepted(6), ...refused(2)]);
  expect(await device.consume(6)).toEqual(names(1, 6));
});

test("a shared group's queue has the limit of its members, and across a restart too", async () => {
  await anAbsentDevice('$share/group/a');
  expect(await publishAll(names(1, 3))).toEqual(accepted(3));
  await restartBroker();
  expect(await publishAll(names(4, 7))).toEqual([...accepted(2), ...refused(2)]);
});

test('the limit in bytes refuses as soon as it is reached', async () => {
  engine.setPolicy('device', { maxQueuedBytes: 2_000, overflow: 'reject-publisher' });
  await anAbsentDevice('a');
  const large = ['x'.repeat(900), 'y'.repeat(900), 'z'.repeat(900), 'refused'];
  expect(await publishAll(large)).toEqual([...accepted(3), ...refused(1)]);
});

test('a purged queue, an ended session and another policy make room', async () => {
  await anAbsentDevice('a');
  await publishAll(names(1, 5));
  await engine.broker.inspection.purgeQueue(1, 'device');
  expect(await publishAll(names(6, 11))).toEqual([...accepted(5), ...refused(1)]);
  await engine.broker.inspection.deleteSession(1, 'device');
  expect(await publishAll(names(12, 12))).toEqual([ReasonCode.NO_MATCHING_SUBSCRIBERS]);
  await anAbsentDevice('a');
  expect(await publishAll(names(13, 18))).toEqual([...accepted(5), ...refused(1)]);
  engine.setPolicy('device', { maxQueuedMessages: 6, overflow: 'drop-oldest' });
  const device = await engine.connect('device');
  expect(await publishAll(names(19, 19))).toEqual(accepted(1));
  expect(await device.consume(6)).toEqual([...names(13, 17), ...names(19, 19)]);
});

test('a queue of many that wait for the same topic refuses for all of them', async () => {
  engine.setPolicy('small', { maxQueuedMessages: 3, overflow: 'reject-publisher' });
  for (let index = 0; index < 30; index++) {
    const device = await engine.connect(`device ${index}`);
    await device.subscribe('a');
    await device.disconnect();
  }
  const small = await engine.connect('small', { username: '1:small' });
  await small.subscribe('a');
  await small.disconnect();
  expect(await publishAll(names(1, 4))).toEqual([...accepted(3), ...refused(1)]);
  await engine.broker.inspection.deleteSession(1, 'small');
  expect(await publishAll(names(5, 8))).toEqual([...accepted(2), ...refused(2)]);
  await engine.broker.inspection.deleteSession(1, 'device 7');
  expect(await publishAll(names(9, 9))).toEqual(refused(1));
});
