import { PacketType } from '@restante/mqtt-codec';
import { eventually } from '../../../../tests/harness/eventually.ts';
import { advanceClock, installClock } from '../../testing/clock.ts';
import { TestBroker } from '../../testing/test-broker.ts';
import type { RequeueRequest } from '../inspection/inspection.ts';

installClock();
let engine: TestBroker;
beforeAll(async () => {
  engine = await TestBroker.start();
});
afterAll(() => engine.dispose());

const SMALL = { maxQueuedMessages: 2, overflow: 'drop-oldest', deadLetters: true } as const;

async function publish(topic: string, payloads: string[], fields: object = {}): Promise<void> {
  const publisher = await engine.transientPublisher();
  for (const payload of payloads) await publisher.publishAcknowledged(topic, payload, fields);
  await publisher.disconnect();
}

const returned = (clientId: string, fields: object = {}) =>
  engine.connect(clientId, { username: `1:${clientId}`, ...fields });

async function absent(clientId: string, topicFilter: string): Promise<void> {
  const client = await returned(clientId);
  await client.subscribe(topicFilter);
  await client.disconnect();
}

/** Oldest first. */
async function lettersOf(clientId: string): Promise<string[]> {
  const query = { clientId, limit: 500, payloadBytes: 100 };
  const { items } = await engine.broker.inspection.listDeadLetters(1, query);
  return items.map(({ reason, payload }) => `${reason} ${payload}`).toReversed();
}

async function waitingFor(clientId: string): Promise<string[]> {
  const page = await engine.broker.inspection.listQueue(1, clientId, { limit: 500 });
  return page!.items.map(({ message }) => message!.payload.toString());
}

test.each([
  ['drop-oldest' as const, ['1', '2', '3'], ['4', '5']],
  ['drop-newest' as const, ['3', '4', '5'], ['1', '2']],
])('what an absent session loses is copied before it is let go (%s)', async (overflow, lost, kept) => {
  const clientId = `away ${overflow}`;
  engine.setPolicy(clientId, { ...SMALL, overflow });
  await absent(clientId, `${overflow}/#`);
  await publish(`${overflow}/a`, ['1', '2', '3', '4', '5']);
  await eventually('it is copied', async () => (await lettersOf(clientId)).length === 3);
  expect(await lettersOf(clientId)).toEqual(lost.map((payload) => `queue-full ${payload}`));
  await engine.restartAfterCrash();
  expect(await lettersOf(clientId)).toHaveLength(3);
  expect(await (await returned(clientId)).consume(2)).toEqual(kept);
});

test('the store keeps what is not copied yet', async () => {
  engine.setPolicy('pinned', SMALL);
  await absent('pinned', 'pinned');
  // One batch each: what is let go is let go in whole runs.
  for (const payload of ['1', '2', '3', '4', '5']) await publish('pinned', [payload]);
  const filters = engine.store.committed.flatMap((batch) => batch.filters);
  const { id } = filters.find(({ topicFilter }) => topicFilter === 'pinned')!;
  await engine.store.reclaim([id], 100);
  await eventually('it is copied', async () => (await lettersOf('pinned')).length === 3);
  expect(await waitingFor('pinned')).toEqual(['4', '5']);
});

test('a slow client that is online', async () => {
  engine.setPolicy('slow', { ...SMALL, maxInflight: 1 });
  const slow = await returned('slow');
  await slow.subscribe('slow');
  await publish('slow', ['1', '2', '3', '4', '5']);
  await eventually('it is copied', async () => (await lettersOf('slow')).length === 3);
  expect(await lettersOf('slow')).toEqual(['queue-full 2', 'queue-full 3', 'queue-full 4']);
  expect(await slow.consume(2)).toEqual(['1', '5']);
});

test('expired, refused, too large, and what a session takes with it when it expires', async () => {
  engine.setPolicy('loses', { deadLetters: true });
  const client = await returned('loses', { properties: { sessionExpiryInterval: 100 } });
  await client.subscribe('loses/#');
  await client.disconnect();
  await publish('loses/a', ['expires'], { messageExpiryInterval: 5 });
  advanceClock(10);
  await publish('loses/a', ['refused', 'x'.repeat(500), 'in flight', 'waits']);
  const device = await returned('loses', {
    properties: { sessionExpiryInterval: 100, maximumPacketSize: 300, receiveMaximum: 1 },
  });
  const first = await device.receivePublish();
  device.acknowledge(PacketType.PUBACK, first.packetIdentifier, 0x83);
  await device.receivePublish();
  await device.drop();
  const before = ['message-expired expires', 'rejected-by-client refused'];
  const large = `packet-too-large ${'x'.repeat(100)}`;
  expect(await lettersOf('loses')).toEqual([...before, large]);
  await engine.broker.inspection.getSession(1, 'loses');
  advanceClock(200);
  await eventually('the session is gone', async () => (await lettersOf('loses')).length === 5);
  expect((await lettersOf('loses')).slice(3)).toEqual(['session-expired in flight', 'session-expired waits']);
  const { byReason } = await engine.broker.inspection.sumDrops(1, { clientId: 'loses' });
  expect(byReason.find(({ value }) => value === 'session-expired')!.messages).toBe(2);
});

test('a policy that does not want copies has none, nor does what goes because somebody wanted it so', async () => {
  engine.setPolicy('careless', { ...SMALL, deadLetters: false });
  engine.setPolicy('purged', { ...SMALL, maxQueuedMessages: 10 });
  for (const clientId of ['careless', 'purged']) await absent(clientId, 'wanted');
  await publish('wanted', ['1', '2', '3', '4']);
  await engine.broker.inspection.purgeQueue(1, 'purged');
  await (await returned('careless')).consume(2);
  expect([await lettersOf('careless'), await lettersOf('purged')]).toEqual([[], []]);
});

describe('queued again', () => {
  const requeue = (request: RequeueRequest) => engine.broker.inspection.requeueDeadLetters(1, request);

  async function withLetters(clientId: string): Promise<string[]> {
    engine.setPolicy(clientId, SMALL);
    await absent(clientId, `${clientId}/#`);
    await publish(`${clientId}/a`, ['1', '2']);
    await publish(`${clientId}/b`, ['3', '4']);
    await eventually('it is copied', async () => (await lettersOf(clientId)).length === 2);
    const query = { clientId, limit: 10, payloadBytes: 10 };
    const { items } = await engine.broker.inspection.listDeadLetters(1, query);
    return items.map(({ id }) => `${id}`);
  }

  test('they go behind what waits, once, and are dead letters no more', async () => {
    const ids = await withLetters('again');
    engine.setPolicy('again', { ...SMALL, maxQueuedMessages: 10 });
    const outcomes = await Promise.all([requeue({ ids }), requeue({ clientId: 'again' })]);
    expect(outcomes.map(({ messages }) => messages)).toEqual([2, 0]);
    expect(await waitingFor('again')).toEqual(['3', '4', '1', '2']);
    expect(await lettersOf('again')).toEqual([]);
    await engine.restartAfterCrash();
    expect(await (await returned('again')).consume(4)).toEqual(['3', '4', '1', '2']);
  });

  test('a queue that cannot take them leaves them, as does a session that is not there', async () => {
    await withLetters('stuck');
    const none = { messages: 0, bytes: 0, isComplete: true };
    expect(await requeue({ clientId: 'stuck' })).toEqual({
      ...none,
      left: [{ clientId: 'stuck', messages: 2, problem: 'too-much' }],
    });
    expect(await requeue({ clientId: 'stuck', to: 'nobody' })).toEqual({
      ...none,
      left: [{ clientId: 'nobody', messages: 2, problem: 'no-session' }],
    });
    expect(await lettersOf('stuck')).toHaveLength(2);
    expect(await requeue({ ids: ['x', '999999999'] })).toEqual({ ...none, left: [] });
  });

  test('to another session, what a topic filter matches, also when its time is over', async () => {
    await withLetters('from');
    await publish('from/c', ['5'], { messageExpiryInterval: 5 });
    await eventually('it is copied', async () => (await lettersOf('from')).length === 3);
    advanceClock(10);
    await (await returned('from')).consume(1);
    await eventually('it expires', async () => (await lettersOf('from')).length === 4);
    const target = await returned('target');
    expect(await requeue({ clientId: 'from', topicFilter: 'from/c', to: 'target' })).toMatchObject({
      messages: 1,
    });
    expect(await target.consume(1)).toEqual(['5']);
    expect(await requeue({ reason: 'queue-full', clientId: 'from', to: 'target' })).toMatchObject({
      messages: 3,
    });
    expect(await target.consume(3)).toEqual(['1', '2', '3']);
  });
});

test('dead letters are read in pages, whole, and deleted', async () => {
  const { inspection } = engine.broker;
  const all = (await inspection.listDeadLetters(1, { limit: 500, payloadBytes: 5 })).items;
  const paged: unknown[] = [];
  let after: string | undefined;
  do {
    const page = await inspection.listDeadLetters(1, { limit: 3, payloadBytes: 5, after });
    paged.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(paged).toEqual(all);
  const [large] = all.filter(({ reason }) => reason === 'packet-too-large');
  expect(large).toMatchObject({ clientId: 'loses', topicFilter: 'loses/#', payloadBytes: 500 });
  expect(large.payload.toString()).toBe('xxxxx');
  expect((await inspection.getDeadLetter(1, `${large.id}`))!.payload).toHaveLength(500);
  expect(await inspection.getDeadLetter(2, `${large.id}`)).toBeUndefined();
  expect(await inspection.deleteDeadLetter(2, `${large.id}`)).toBe(false);
  expect(await inspection.deleteDeadLetter(1, `${large.id}`)).toBe(true);
  expect(await inspection.deleteDeadLetter(1, `${large.id}`)).toBe(false);
  const rest = { clientId: 'loses', topicFilter: 'loses/+' };
  expect(await inspection.deleteDeadLetters(1, rest)).toEqual({ deletedMessages: 4 });
  expect(await lettersOf('loses')).toEqual([]);
});
