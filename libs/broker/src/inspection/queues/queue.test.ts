import { PacketType, type QoS } from '@restante/mqtt-codec';
import fc from 'fast-check';
import { TestBroker } from '../../../testing/test-broker.ts';
import type { QueuedMessage, QueueQuery } from '../inspection.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

/** The messages of all pages; pages that say they are the last have no next. */
async function queueOf(
  clientId: string,
  { limit = 500, topicFilter }: Partial<QueueQuery> = {},
): Promise<QueuedMessage[]> {
  const items: QueuedMessage[] = [];
  let after: string | undefined;
  do {
    const page = await engine.broker.inspection.listQueue(1, clientId, { limit, topicFilter, after });
    items.push(...page!.items);
    after = page!.next ?? undefined;
  } while (after !== undefined);
  return items;
}

const payloads = (queue: QueuedMessage[]) =>
  queue.map(({ message }) => (message?.isComplete ? message.payload.toString() : null));

async function absent(clientId: string, filters: [topicFilter: string, qos: QoS][]): Promise<void> {
  const client = await engine.connect(clientId);
  for (const [topicFilter, qos] of filters) await client.subscribe(topicFilter, { qos });
  await client.disconnect();
}

/** What the client gets when it comes (back), all of it acknowledged. */
async function drain(clientId: string): Promise<string[]> {
  const client = await engine.connect(clientId);
  const got: string[] = [];
  for (;;) {
    const packets = await client.takeUntilPingAnswer();
    for (const packet of packets) {
      if (packet.type !== PacketType.PUBLISH) continue;
      got.push(packet.payload.toString());
      if (packet.qos === 1) client.acknowledge(PacketType.PUBACK, packet.packetIdentifier);
    }
    const session = await engine.broker.inspection.getSession(1, clientId);
    if (packets.length === 0 && session!.queuedMessages === 0) break;
  }
  await client.disconnect();
  return got;
}

test('an absent queue is seen message by message in the order of delivery, in pages of any size', async () => {
  await absent('device', [
    ['a/+', 1],
    ['a/b', 2],
    ['c', 0],
    ['d', 1],
  ]);
  await engine.publish(['a/b', '1'], ['d', '2'], ['a/x', '3'], ['c', '4'], ['a/b', '5'], ['d', '6']);
  const queue = await queueOf('device');
  expect(payloads(queue)).toEqual(['1', '2', '3', '5', '6']);
  expect(queue[0]).toMatchObject({ state: 'waiting', packetIdentifier: null, qos: 1 });
  expect(queue[0].message).toMatchObject({ topic: 'a/b', retain: false });
  expect(queue.map(({ topicFilters }) => [...topicFilters].sort())).toEqual([
    ...[['a/+', 'a/b'], ['d'], ['a/+'], ['a/+', 'a/b'], ['d']],
  ]);
  expect(new Set(queue.map(({ id }) => id)).size).toBe(queue.length);
  for (const limit of [1, 2, 3]) expect(await queueOf('device', { limit })).toEqual(queue);
  expect(payloads(await queueOf('device', { topicFilter: 'a/+', limit: 1 }))).toEqual(['1', '3', '5']);
  expect(await queueOf('device', { topicFilter: 'e' })).toEqual([]);
  expect(await drain('device')).toEqual(['1', '2', '3', '5', '6']);
  expect(await queueOf('device')).toEqual([]);
});

test('there is no queue of a session that does not exist', async () => {
  const { inspection } = engine.broker;
  expect(await inspection.listQueue(1, 'nobody', { limit: 1 })).toBeUndefined();
  expect(await inspection.deleteQueued(1, 'nobody', '1.1')).toBeUndefined();
  await absent('device', [['a', 1]]);
  expect(await inspection.listQueue(2, 'device', { limit: 1 })).toBeUndefined();
});

test('of a client that is online, what it was sent comes first, with its packet identifier', async () => {
  const device = await engine.connect('device', {
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: 2 },
  });
  await device.subscribe('a', { qos: 2 });
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  await publisher.publishExactlyOnce('a', '1');
  const first = await device.receivePublish();
  device.acknowledge(PacketType.PUBREC, first.packetIdentifier);
  await device.receiveAcknowledgement(PacketType.PUBREL);
  for (const payload of ['2', '3', '4']) await publisher.publishAcknowledged('a', payload);
  const second = await device.receivePublish();
  const seen = await queueOf('device', { limit: 1 });
  expect(seen.map(({ state, packetIdentifier, qos }) => ({ state, packetIdentifier, qos }))).toEqual([
    { state: 'pubrel-sent', packetIdentifier: first.packetIdentifier, qos: 2 },
    { state: 'publish-sent', packetIdentifier: second.packetIdentifier, qos: 1 },
    { state: 'waiting', packetIdentifier: null, qos: 1 },
    { state: 'waiting', packetIdentifier: null, qos: 1 },
  ]);
  expect(payloads(seen)).toEqual([null, '2', '3', '4']);
  // The same, read from the store.
  await device.drop();
  await engine.restart();
  expect(await queueOf('device', { limit: 1 })).toEqual(
    seen.map((item) => ({
      ...item,
      message: item.message && expect.objectContaining({ order: item.message.order }),
    })),
  );
});

test('a session that ends with its connection has a queue too', async () => {
  const device = await engine.connect('device', { cleanStart: true, properties: { receiveMaximum: 1 } });
  await device.subscribe('#', { qos: 1 });
  await engine.publish(['a', '1'], ['b', '2'], ['a', '3'], ['a', '4']);
  await device.receivePublish();
  const queue = await queueOf('device', { limit: 1 });
  expect(queue.map(({ state }) => state)).toEqual(['publish-sent', 'waiting', 'waiting', 'waiting']);
  expect(payloads(queue)).toEqual([null, '2', '3', '4']);
  expect(queue[0].message!.topic).toBe('a');
  const { inspection } = engine.broker;
  expect(await inspection.deleteQueued(1, 'device', queue[2].id)).toBe('deleted');
  expect(await inspection.deleteQueued(1, 'device', queue[2].id)).toBe('not-waiting');
  const purged = await inspection.purgeQueue(1, 'device', 'b');
  expect(purged).toEqual({ purgedMessages: 1, isComplete: true });
  expect(payloads(await queueOf('device'))).toEqual([null, '4']);
});

test.each(['drop-oldest', 'drop-newest', 'reject-publisher'] as const)(
  'what will be cut at the next look is not shown (%s): the queue is what the client gets',
  async (overflow) => {
    engine.setPolicy('device', { maxQueuedMessages: 3, overflow });
    await absent('device', [
      ['a', 1],
      ['b', 1],
    ]);
    const messages = ['a', 'b', 'a', 'a', 'a', 'b'].map(
      (topic, index) => [topic, `${index}`] as [string, string],
    );
    if (overflow === 'reject-publisher') await engine.publish(...messages.slice(0, 3));
    else await engine.publish(...messages);
    const shown = payloads(await queueOf('device'));
    expect(shown).toHaveLength(3);
    expect(payloads(await queueOf('device', { limit: 1 }))).toEqual(shown);
    expect(await drain('device')).toEqual(shown);
  },
);

test('of a session that keeps the newest message of each topic, only those are shown', async () => {
  engine.setPolicy('device', { keepLastPerTopic: true });
  await absent('device', [['#', 1]]);
  await engine.publish(['a', '1'], ['b', '2'], ['a', '3'], ['c', '4'], ['b', '5']);
  expect(payloads(await queueOf('device', { limit: 1 }))).toEqual(['3', '4', '5']);
  expect(await drain('device')).toEqual(['3', '4', '5']);
});

test('a single message is deleted, under all filters that brought it, and stays so after a crash', async () => {
  await absent('device', [
    ['a/+', 1],
    ['a/b', 1],
  ]);
  await engine.publish(['a/b', '1'], ['a/b', '2'], ['a/b', '3']);
  const [, second] = await queueOf('device');
  const { inspection } = engine.broker;
  expect(await inspection.deleteQueued(1, 'device', second.id)).toBe('deleted');
  expect(await inspection.deleteQueued(1, 'device', second.id)).toBe('not-waiting');
  for (const id of ['', 'p1', '1', '1.1-', '999.1', '1.999', 't1'])
    expect({ id, done: await inspection.deleteQueued(1, 'device', id) }).toEqual({ id, done: 'not-waiting' });
  expect(payloads(await queueOf('device'))).toEqual(['1', '3']);
  await engine.restartAfterCrash();
  expect(payloads(await queueOf('device'))).toEqual(['1', '3']);
  expect(await drain('device')).toEqual(['1', '3']);
});

test('what the client was sent is not deleted while it may be working on it', async () => {
  const device = await engine.connect('device', {
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1 },
  });
  await device.subscribe('a');
  await engine.publish(['a', '1'], ['a', '2']);
  const { packetIdentifier } = await device.receivePublish();
  const [sent, next] = await queueOf('device');
  const { inspection } = engine.broker;
  expect(await inspection.deleteQueued(1, 'device', sent.id)).toBe('not-waiting');
  expect(await inspection.deleteQueued(1, 'device', next.id)).toBe('deleted');
  device.acknowledge(PacketType.PUBACK, packetIdentifier);
  expect(await device.takeUntilPingAnswer()).toEqual([]);
  expect((await inspection.getSession(1, 'device'))!.queuedMessages).toBe(0);
});

test('a purge by topic filter takes what matches, online or absent, and leaves the rest in order', async () => {
  await absent('device', [['#', 1]]);
  await engine.publish(['a', '1'], ['b', '2'], ['a', '3'], ['b', '4'], ['c', '5']);
  const { inspection } = engine.broker;
  expect(await inspection.purgeQueue(1, 'device', 'b')).toEqual({ purgedMessages: 2, isComplete: true });
  expect(await inspection.purgeQueue(1, 'device', 'b')).toEqual({ purgedMessages: 0, isComplete: true });
  expect((await inspection.getSession(1, 'device'))!.queuedMessages).toBe(3);
  await engine.restartAfterCrash();
  expect(await drain('device')).toEqual(['1', '3', '5']);
});

test('whatever is published, deleted and purged: what is shown is what the client gets', async () => {
  const filters = ['a/#', 'a/+', 'b', '+/x', '#'];
  const topics = ['a', 'a/x', 'a/y', 'b', 'b/x'];
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(filters, { minLength: 1 }),
      fc.array(fc.constantFrom(...topics), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(29), { maxLength: 6 }),
      fc.option(fc.constantFrom(...filters)),
      fc.integer({ min: 1, max: 7 }),
      async (subscribed, published, deleted, purged, limit) => {
        const clientId = `device${++run}`;
        await absent(
          clientId,
          subscribed.map((filter) => [filter, 1]),
        );
        await engine.publish(...published.map((topic, index) => [topic, `${index}`] as [string, string]));
        const { inspection } = engine.broker;
        const before = await queueOf(clientId, { limit });
        const gone = new Set(deleted.map((index) => before[index]?.id).filter(Boolean));
        for (const id of gone) expect(await inspection.deleteQueued(1, clientId, id)).toBe('deleted');
        if (purged !== null) await inspection.purgeQueue(1, clientId, purged);
        const shown = await queueOf(clientId, { limit });
        const session = await inspection.getSession(1, clientId);
        expect((shown.length === 0) === (session!.queuedMessages === 0)).toBe(true);
        if (purged === null) expect(shown).toEqual(before.filter(({ id }) => !gone.has(id)));
        expect(await drain(clientId)).toEqual(payloads(shown));
        await inspection.deleteSession(1, clientId);
      },
    ),
    { numRuns: 25 },
  );
});

test('what is taken out of the middle of a live queue takes nothing before it along', async () => {
  const device = await engine.connect('device', {
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1 },
  });
  await device.subscribe('#');
  await engine.publish(['a', '1'], ['a', '2'], ['b', '3'], ['a', '4'], ['b', '5']);
  const { packetIdentifier } = await device.receivePublish();
  await engine.broker.inspection.purgeQueue(1, 'device', 'b');
  device.acknowledge(PacketType.PUBACK, packetIdentifier);
  expect(await device.consume(2)).toEqual(['2', '4']);
  expect(await device.takeUntilPingAnswer()).toEqual([]);
});
