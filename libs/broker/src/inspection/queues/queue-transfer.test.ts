import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../../../testing/test-broker.ts';
import type { TransferRequest } from '../inspection.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

async function absent(clientId: string, ...filters: string[]): Promise<void> {
  const client = await engine.connect(clientId);
  for (const filter of filters) await client.subscribe(filter, { qos: 2 });
  await client.disconnect();
}

const transfer = (fields: Partial<TransferRequest> = {}, from = 'old') =>
  engine.broker.inspection.transferQueue(1, from, { to: 'new', isMove: true, ...fields });

async function waitingFor(clientId: string): Promise<string[]> {
  const page = await engine.broker.inspection.listQueue(1, clientId, { limit: 500 });
  return page!.items.map(({ message }) => message!.payload.toString());
}

test('what waits moves behind what waits there, in order, and nothing of it stays', async () => {
  await absent('old', 'a/#', 'a/+', 'b');
  await absent('new', 'c');
  await engine.publish(['a/1', '1'], ['c', '2'], ['b', '3'], ['a/1', '4']);
  expect(await transfer()).toEqual({ kind: 'transferred', messages: 3, bytes: 10, next: null });
  expect(await waitingFor('old')).toEqual([]);
  expect(await waitingFor('new')).toEqual(['2', '1', '3', '4']);
  await engine.restartAfterCrash();
  expect(await waitingFor('old')).toEqual([]);
  await engine.publish(['c', '5']);
  expect(await (await engine.connect('new')).consume(5)).toEqual(['2', '1', '3', '4', '5']);
  expect(await (await engine.connect('old')).takeUntilPingAnswer()).toEqual([]);
});

test('a copy leaves the queue as it is, for sessions that are online or absent', async () => {
  await absent('old', 'a');
  const online = await engine.connect('new');
  await engine.publish(['a', '1'], ['a', '2']);
  expect(await transfer({ isMove: false })).toMatchObject({ kind: 'transferred', messages: 2 });
  expect(await online.consume(2)).toEqual(['1', '2']);
  expect(await waitingFor('old')).toEqual(['1', '2']);
  await online.disconnect();
  await transfer({ isMove: false });
  await engine.restartAfterCrash();
  expect(await (await engine.connect('new')).consume(2)).toEqual(['1', '2']);
  expect(await (await engine.connect('old')).consume(2)).toEqual(['1', '2']);
});

test('a message keeps its properties, its end, and the QoS of the subscription it came by', async () => {
  const old = await engine.connect('old');
  await old.subscribe('a', { qos: 1 });
  await old.disconnect();
  await absent('new');
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  await publisher.publishAcknowledged('a', 'x', { messageExpiryInterval: 500 });
  await transfer();
  const got = await (await engine.connect('new')).receivePublish();
  expect(got).toMatchObject({ topic: 'a', qos: 1, retain: false, messageExpiryInterval: 500 });
});

test('only what a topic filter matches goes, out of the middle of a live queue too', async () => {
  const old = await engine.connect('old', {
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1 },
  });
  await old.subscribe('#');
  await absent('new');
  await engine.publish(['b', 'sent'], ['a', '1'], ['b', '2'], ['a', '3'], ['b', '4']);
  const { packetIdentifier } = await old.receivePublish();
  expect(await transfer({ topicFilter: 'b' })).toMatchObject({ messages: 2 });
  expect(await waitingFor('new')).toEqual(['2', '4']);
  old.acknowledge(PacketType.PUBACK, packetIdentifier);
  expect(await old.consume(2)).toEqual(['1', '3']);
  expect(await old.takeUntilPingAnswer()).toEqual([]);
});

test('a crash before the commit finds the messages where they were', async () => {
  await absent('old', 'a');
  await absent('new');
  await engine.publish(['a', '1'], ['a', '2']);
  engine.store.hold();
  const asked = engine.store.commitAsked();
  void transfer();
  await asked;
  await engine.restartAfterCrash();
  expect(await waitingFor('old')).toEqual(['1', '2']);
  expect(await waitingFor('new')).toEqual([]);
});

test('a queue that has no room for them gets none of them', async () => {
  engine.setPolicy('small', { maxQueuedMessages: 2 });
  await absent('old', 'a');
  await (await engine.connect('new', { username: '1:small' })).disconnect();
  await engine.publish(['a', '1'], ['a', '2'], ['a', '3']);
  expect(await transfer()).toMatchObject({ kind: 'too-much', messages: 3 });
  expect(await waitingFor('old')).toEqual(['1', '2', '3']);
  expect(await waitingFor('new')).toEqual([]);
});

test('a queue that refuses publishers counts what was moved into it', async () => {
  engine.setPolicy('strict', { maxQueuedMessages: 2, overflow: 'reject-publisher' });
  await absent('old', 'a');
  const strict = await engine.connect('new', { username: '1:strict' });
  await strict.subscribe('b');
  await strict.disconnect();
  await engine.publish(['a', '1'], ['a', '2']);
  expect(await transfer()).toMatchObject({ kind: 'transferred' });
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  publisher.publish('b', '3');
  const refused = await publisher.receiveAcknowledgement(PacketType.PUBACK);
  expect(refused.reasonCode).toBe(0x97);
});

test('both sessions must be there, and outlive their connections', async () => {
  await absent('old', 'a');
  expect(await transfer()).toMatchObject({ kind: 'no-target' });
  expect(await transfer({ to: 'old' }, 'new')).toMatchObject({ kind: 'no-source' });
  expect(await transfer({ to: 'old' })).toMatchObject({ kind: 'no-target' });
  await engine.connect('new', { properties: {}, cleanStart: true });
  expect(await transfer()).toMatchObject({ kind: 'not-durable' });
});

test('a long queue goes in pieces, each of which says where the next begins', async () => {
  engine.setPolicy('device', { maxQueuedMessages: 100_000 });
  await absent('old', 'a');
  await absent('new');
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  for (let piece = 0; piece < 110; piece++) {
    for (let nth = 0; nth < 100; nth++) publisher.publish('a', `${piece * 100 + nth}`);
    for (let nth = 0; nth < 100; nth++) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  }
  const first = await transfer({ isMove: false });
  expect(first).toMatchObject({ messages: 10_000, next: expect.any(String) });
  const second = await transfer({ isMove: false, after: first.next! });
  expect(second).toMatchObject({ messages: 1_000, next: null });
  expect(await engine.broker.inspection.getSession(1, 'new')).toMatchObject({ queuedMessages: 11_000 });
  const { items } = (await engine.broker.inspection.listQueue(1, 'new', { limit: 500 }))!;
  expect(items.map(({ message }) => message!.payload.toString())).toEqual(
    Array.from({ length: 500 }, (_, index) => `${index}`),
  );
});

test('two that exchange their queues at the same time do not wait for each other', async () => {
  await absent('old', 'a');
  await absent('new', 'b');
  await engine.publish(['a', '1'], ['b', '2']);
  const outcomes = await Promise.all([transfer(), transfer({ to: 'old' }, 'new')]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['transferred', 'transferred']);
  const left = [...(await waitingFor('old')), ...(await waitingFor('new'))];
  expect(left.sort()).toEqual(['1', '2']);
});
