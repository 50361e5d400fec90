import { PacketType } from '@restante/mqtt-codec';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';
import type { DropFilter } from './drop-query.ts';

installClock();
let engine: TestBroker;
beforeAll(async () => {
  engine = await TestBroker.start();
});
afterAll(() => engine.dispose());

/** What the ledger says of a client, without times. */
async function ledgerOf(clientId: string | null, filter: DropFilter = {}) {
  const query = { ...filter, clientId: clientId ?? undefined, limit: 500 };
  const { items } = await engine.broker.inspection.listDrops(1, query);
  return items
    .filter((item) => item.clientId === clientId)
    .map(({ kind, topicFilter, topic, reason, messages, bytes }) => ({
      ...{ kind, topicFilter, topic, reason, messages, bytes },
    }));
}

const publisher = () => engine.connect('publisher', { username: '1:publisher' });

async function publish(count: number, topic: string, fields: object = {}): Promise<void> {
  const client = await publisher();
  for (let index = 0; index < count; index++) client.publish(topic, '12345', fields);
  for (let index = 0; index < count; index++) await client.receiveAcknowledgement(PacketType.PUBACK);
  await client.disconnect();
}

async function absent(clientId: string, topicFilter: string, username = clientId): Promise<void> {
  const client = await engine.connect(clientId, { username: `1:${username}` });
  await client.subscribe(topicFilter);
  await client.disconnect();
}

const returned = (clientId: string, username = clientId) =>
  engine.connect(clientId, { username: `1:${username}` });

test('what a full queue loses is told with its filter, and with its topic where there is only one', async () => {
  engine.setPolicy('full', { maxQueuedMessages: 2, overflow: 'drop-oldest' });
  await absent('full', 'full/a');
  await publish(5, 'full/a');
  const device = await returned('full');
  expect(await device.consume(2)).toHaveLength(2);
  expect(await ledgerOf('full')).toEqual([
    {
      ...{ kind: 'dropped', topicFilter: 'full/a', topic: 'full/a', reason: 'queue-full' },
      ...{ messages: 3, bytes: null },
    },
  ]);
  const detail = await engine.broker.inspection.getSession(1, 'full');
  expect(detail).toMatchObject({ droppedMessages: 3, dropped: [{ reason: 'queue-full', messages: 3 }] });
});

test('what an absent session loses is told before it returns, and a crash does not make it twice', async () => {
  engine.setPolicy('away', { maxQueuedMessages: 2, overflow: 'drop-oldest' });
  await absent('away', 'away/#');
  await publish(5, 'away/a');
  await engine.store.sweeps(3);
  const lines = [
    {
      ...{
        kind: 'dropped',
        topicFilter: 'away/#',
        topic: null,
        reason: 'queue-full',
        messages: 3,
        bytes: null,
      },
    },
  ];
  expect(await ledgerOf('away')).toEqual(lines);
  await engine.restartAfterCrash();
  expect(await (await returned('away')).consume(2)).toHaveLength(2);
  expect(await ledgerOf('away')).toEqual(lines);
  expect(await engine.broker.inspection.getSession(1, 'away')).toMatchObject({ droppedMessages: 3 });
});

test('what a higher limit can no longer save is told', async () => {
  engine.setPolicy('raised', { maxQueuedMessages: 2, overflow: 'drop-oldest' });
  await absent('raised', 'raised/a');
  // One batch each: what is let go is let go in whole runs.
  for (let index = 0; index < 5; index++) await publish(1, 'raised/a');
  const filters = engine.store.committed.flatMap((batch) => batch.filters);
  const { id } = filters.find(({ topicFilter }) => topicFilter === 'raised/a')!;
  await engine.store.reclaim([id], 100);
  engine.setPolicy('raised', { maxQueuedMessages: 100, overflow: 'drop-oldest' });
  const device = await returned('raised');
  expect(await device.consume(2)).toHaveLength(2);
  expect(await ledgerOf('raised')).toMatchObject([{ reason: 'queue-full', messages: 3 }]);
});

test('an online session loses by topic, with their bytes', async () => {
  engine.setPolicy('slow', { maxQueuedMessages: 2, maxInflight: 1, overflow: 'drop-oldest' });
  const device = await returned('slow');
  await device.subscribe('slow/#');
  await publish(1, 'slow/a');
  await device.receivePublish();
  await publish(2, 'slow/a');
  await publish(2, 'slow/b');
  const lines = await ledgerOf('slow');
  expect(lines.toSorted((a, b) => (a.topic! < b.topic! ? -1 : 1))).toEqual([
    {
      ...{ kind: 'dropped', topicFilter: 'slow/#', topic: 'slow/a', reason: 'queue-full' },
      ...{ messages: 2, bytes: 22 },
    },
    {
      ...{ kind: 'dropped', topicFilter: 'slow/#', topic: 'slow/b', reason: 'queue-full' },
      ...{ messages: 1, bytes: 11 },
    },
  ]);
});

test('expired, refused by the client, too large for it: each has its reason', async () => {
  await absent('reasons', 'reasons/#');
  await publish(2, 'reasons/expired', { messageExpiryInterval: 5 });
  advanceClock(10);
  await publish(1, 'reasons/refused');
  await publish(1, 'reasons/large', { payload: Buffer.alloc(500) });
  const device = await engine.connect('reasons', {
    properties: { sessionExpiryInterval: 100, maximumPacketSize: 300 },
    username: '1:reasons',
  });
  const { packetIdentifier } = await device.receivePublish();
  device.acknowledge(PacketType.PUBACK, packetIdentifier, 0x83);
  await device.takeUntilPingAnswer();
  const lines = await ledgerOf('reasons');
  expect(new Map(lines.map(({ reason, topic, messages }) => [reason, { topic, messages }]))).toEqual(
    new Map([
      ['message-expired', { topic: 'reasons/expired', messages: 2 }],
      ['rejected-by-client', { topic: 'reasons/refused', messages: 1 }],
      ['packet-too-large', { topic: 'reasons/large', messages: 1 }],
    ]),
  );
});

test('what goes because somebody wanted it so is told apart, and is no loss', async () => {
  const { inspection } = engine.broker;
  const reasons = async (clientId: string) =>
    (await ledgerOf(clientId)).map(({ reason, messages }) => [reason, messages]);
  await absent('wanted', 'wanted/a');
  await publish(3, 'wanted/a');
  await inspection.purgeQueue(1, 'wanted');
  expect(await reasons('wanted')).toEqual([['purged', 3]]);
  expect(await inspection.getSession(1, 'wanted')).toMatchObject({ droppedMessages: 0 });

  engine.setPolicy('leaves', { maxInflight: 1 });
  const leaves = await returned('leaves');
  await leaves.subscribe('leaves/a');
  await publish(3, 'leaves/a');
  await leaves.receivePublish();
  leaves.sendUnsubscribe('leaves/a');
  await leaves.receive(PacketType.UNSUBACK);
  expect(await reasons('leaves')).toEqual([['unsubscribed', 2]]);

  await absent('deleted', 'deleted/a');
  await publish(2, 'deleted/a');
  await inspection.deleteSession(1, 'deleted');
  expect(await reasons('deleted')).toEqual([['session-ended', 2]]);
});

test('a session that expires takes its queue with it, and that is told', async () => {
  engine.setPolicy('expires', { maxQueuedMessages: 3 });
  const device = await engine.connect('expires', {
    username: '1:expires',
    properties: { sessionExpiryInterval: 5 },
  });
  await device.subscribe('expires/a');
  await device.drop();
  await publish(4, 'expires/a');
  advanceClock(10);
  await engine.store.sweeps(2);
  const lines = await ledgerOf('expires');
  const sums = new Map<string, number>();
  for (const { reason, messages } of lines) sums.set(reason, (sums.get(reason) ?? 0) + messages);
  expect(sums).toEqual(
    new Map([
      ['queue-full', 1],
      ['session-expired', 3],
    ]),
  );
});

test('the newest message of a topic takes the place of the one before', async () => {
  engine.setPolicy('newest', { keepLastPerTopic: true });
  await absent('newest', 'newest/#');
  for (const topic of ['newest/a', 'newest/b', 'newest/a', 'newest/a']) await publish(1, topic);
  const device = await returned('newest');
  expect(await device.consume(2)).toHaveLength(2);
  expect(await ledgerOf('newest')).toMatchObject([{ reason: 'superseded', messages: 2 }]);
  // Looking at an absent session changes nothing.
  await device.disconnect();
  await publish(2, 'newest/c');
  await engine.broker.inspection.getSession(1, 'newest');
  expect(await ledgerOf('newest')).toMatchObject([{ messages: 2 }]);
});

test('a publisher that is refused is told apart from a queue that lost', async () => {
  engine.setPolicy('guarded', { maxQueuedMessages: 1, overflow: 'reject-publisher' });
  await absent('guarded', 'guarded/a');
  const client = await publisher();
  await client.publishAcknowledged('guarded/a', '1');
  expect((await client.publishAcknowledged('guarded/a', '12345')).reasonCode).toBe(0x97);
  expect(await ledgerOf('publisher', { kind: 'refused' })).toEqual([
    {
      ...{ kind: 'refused', topicFilter: null, topic: 'guarded/a', reason: 'queue-full', messages: 1 },
      bytes: 14,
    },
  ]);
  expect(await ledgerOf('guarded')).toEqual([]);
  await engine.broker.inspection.deleteSession(1, 'guarded');
  await client.disconnect();
});

test('what waits in memory for a client goes with its connection', async () => {
  engine.setPolicy('passing', { maxQueuedMessages: 2, maxInflight: 1, overflow: 'drop-newest' });
  const device = await engine.connect('passing', {
    ...{ username: '1:passing', cleanStart: true, properties: {} },
  });
  await device.subscribe('passing/a');
  await publish(5, 'passing/a');
  await device.receivePublish();
  await device.drop();
  const lines = await ledgerOf('passing');
  expect(lines.map(({ reason, messages, bytes }) => [reason, messages, bytes])).toEqual(
    expect.arrayContaining([
      ['queue-full', 2, 28],
      ['session-ended', 3, 42],
    ]),
  );
});

test('what was counted in memory alone is written when the broker ends', async () => {
  const device = await engine.connect('stopped', {
    ...{ username: '1:stopped', cleanStart: true, properties: {} },
  });
  await device.subscribe('stopped/a');
  await publish(1, 'stopped/a');
  await device.receivePublish();
  await engine.restart();
  expect(await ledgerOf('stopped')).toMatchObject([{ reason: 'session-ended', messages: 1 }]);
});

test('a shared group has lines of its own', async () => {
  engine.setPolicy('member', { maxQueuedMessages: 2, overflow: 'drop-oldest' });
  await absent('member', '$share/g/group/a');
  await publish(5, 'group/a');
  const member = await returned('member');
  expect(await member.consume(2)).toHaveLength(2);
  await member.drop();
  await publish(1, 'group/a');
  await engine.broker.inspection.deleteSession(1, 'member');
  const lines = (await ledgerOf(null)).filter(({ topicFilter }) => topicFilter === '$share/g/group/a');
  expect(new Set(lines.map(({ topic, reason, messages }) => `${topic} ${reason} ${messages}`))).toEqual(
    new Set(['group/a queue-full 3', 'group/a group-ended 1']),
  );
});

test('the ledger is read in pages, filtered, and added up', async () => {
  const all = (await engine.broker.inspection.listDrops(1, { limit: 500 })).items;
  const paged: unknown[] = [];
  let after: string | undefined;
  do {
    const page = await engine.broker.inspection.listDrops(1, { limit: 3, after });
    paged.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(paged).toEqual(all);
  const { items } = await engine.broker.inspection.listDrops(1, { reason: 'purged', limit: 10 });
  expect(items.map(({ clientId }) => clientId)).toEqual(['wanted']);
  const byTopic = await engine.broker.inspection.listDrops(1, { topic: 'away/#', limit: 10 });
  expect(byTopic.items.map(({ clientId }) => clientId)).toEqual(['away']);
  const sums = await engine.broker.inspection.sumDrops(1, {});
  const total = all.reduce((sum, { messages }) => sum + messages, 0);
  expect(sums.byReason.reduce((sum, { messages }) => sum + messages, 0)).toBe(total);
  expect(sums.byClientId).toContainEqual({ value: 'wanted', kind: 'dropped', messages: 3, bytes: null });
  expect(await engine.broker.inspection.sumDrops(2, {})).toEqual({
    byReason: [],
    byClientId: [],
    byTopic: [],
  });
});
