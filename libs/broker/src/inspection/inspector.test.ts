import { PacketType } from '@restante/mqtt-codec';
import { TestBroker } from '../../testing/test-broker.ts';
import type { SessionQuery, SessionSummary } from './inspection.ts';

let engine: TestBroker;

beforeEach(async () => {
  engine = await TestBroker.start();
});

afterEach(() => engine.dispose());

/** The sessions of all pages. */
async function listAll(query: Omit<SessionQuery, 'after'>): Promise<SessionSummary[]> {
  const sessions: SessionSummary[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await engine.broker.inspection.listSessions(1, { ...query, after });
    expect(items.length).toBeLessThanOrEqual(query.limit);
    sessions.push(...items);
    after = next ?? undefined;
  } while (after !== undefined);
  return sessions;
}

const names = (sessions: SessionSummary[]) => sessions.map(({ clientId }) => clientId);

/** Absent sessions that subscribe each to a topic of its own name. */
async function absent(...clientIds: string[]): Promise<void> {
  for (const clientId of clientIds) {
    const client = await engine.connect(clientId);
    await client.subscribe(clientId);
    await client.disconnect();
  }
}

async function publish(topic: string, count: number): Promise<void> {
  const publisher = await engine.transientPublisher();
  for (let index = 0; index < count; index++) publisher.publish(topic, 'x');
  for (let index = 0; index < count; index++) await publisher.receiveAcknowledgement(PacketType.PUBACK);
  await publisher.disconnect();
}

test('pages go through online and absent sessions once, by client identifier', async () => {
  await absent('a', 'c', 'e');
  await engine.connect('b');
  await engine.connect('d');
  const sessions = await listAll({ limit: 2 });
  expect(names(sessions)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(sessions.map(({ state }) => state)).toEqual(['offline', 'online', 'offline', 'online', 'offline']);
  expect(names(await listAll({ limit: 2, state: 'online' }))).toEqual(['b', 'd']);
  expect(names(await listAll({ limit: 2, state: 'offline' }))).toEqual(['a', 'c', 'e']);
  expect(names(await listAll({ limit: 2, q: 'D' }))).toEqual(['d']);
});

test('a session that leaves memory while the store is read stands in the list', async () => {
  const { store } = engine;
  const client = await engine.connect('leaving');
  store.hold();
  const asked = store.commitAsked();
  await client.disconnect();
  await asked;
  const { listOfflineSessions } = store;
  store.listOfflineSessions = async (...args) => {
    const page = await listOfflineSessions(...args);
    store.release();
    // Its CONNACK comes when what was held back is durable, and the session forgotten.
    await engine.connect('other');
    return page;
  };
  expect(names(await listAll({ limit: 10 }))).toEqual(['leaving', 'other']);
});

test.each(['drop-oldest' as const, 'drop-newest' as const])(
  'pages go through all sessions once, deepest first, those above their limit included (%s)',
  async (overflow) => {
    engine.setPolicy('device', { maxQueuedMessages: 3, overflow });
    await absent('a', 'b', 'c', 'd');
    for (const [topic, count] of [
      ['a', 5],
      ['b', 6],
      ['c', 6],
      ['d', 2],
    ] as const)
      await publish(topic, count);
    const sessions = await listAll({ limit: 1, sort: 'queuedMessages' });
    expect(names(sessions).sort()).toEqual(['a', 'b', 'c', 'd']);
    // What is above the limit is not shown: it will be cut.
    expect(sessions.map(({ queuedMessages }) => queuedMessages)).toEqual([3, 3, 3, 2]);
  },
);

test('the overview adds up what is online and what is absent', async () => {
  await absent('a', 'b');
  await publish('a', 3);
  await engine.connect('online');
  const overview = await engine.broker.inspection.overview(1);
  expect(overview).toMatchObject({ onlineSessions: 1, offlineSessions: 2, queuedMessages: 3 });
  expect(overview.topQueues).toMatchObject([{ clientId: 'a', queuedMessages: 3, state: 'offline' }]);
});

test('a deleted session is gone, online or absent, with its queue', async () => {
  await absent('a');
  const online = await engine.connect('b');
  await publish('a', 3);
  expect(await engine.broker.inspection.deleteSession(1, 'a')).toBe(true);
  expect(await engine.broker.inspection.deleteSession(1, 'b')).toBe(true);
  expect((await online.receive(PacketType.DISCONNECT)).reasonCode).toBe(0x98);
  expect(await engine.broker.inspection.deleteSession(1, 'b')).toBe(false);
  expect(await listAll({ limit: 10 })).toEqual([]);
  expect((await engine.connect('a')).connack.sessionPresent).toBe(false);
});

test('messages in flight are told with their state and topic, also of an absent session', async () => {
  const device = await engine.connect('device');
  await device.subscribe('#', { qos: 2 });
  const publisher = await engine.connect('publisher', { username: '1:publisher' });
  await publisher.publishExactlyOnce('one', 'x');
  await publisher.publishAcknowledged('two', 'x');
  const publishes = [await device.receivePublish(), await device.receivePublish()];
  const [exactlyOnce, atLeastOnce] = publishes.sort((a, b) => b.qos - a.qos);
  device.acknowledge(PacketType.PUBREC, exactlyOnce.packetIdentifier);
  await device.receiveAcknowledgement(PacketType.PUBREL);
  await device.drop();
  const inflight = await engine.broker.inspection.listInflight(1, 'device');
  expect(inflight).toEqual([
    { packetIdentifier: exactlyOnce.packetIdentifier, qos: 2, state: 'pubrel-sent', topic: null },
    { packetIdentifier: atLeastOnce.packetIdentifier, qos: 1, state: 'publish-sent', topic: 'two' },
  ]);
});
