import { StoreFencedError, StoreUnavailableError } from '@restante/broker';
import { aBatch, aCursor, aMessage, aSession, aSubscription, entriesOf } from '../testing/batches.ts';
import { CuttingProxy } from '../testing/cutting-proxy.ts';
import { TestStore } from '../testing/test-store.ts';
import type { PostgresStore } from './postgres-store.ts';

let database: TestStore;
let store: PostgresStore;

beforeEach(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
});

afterEach(() => database.dispose());

const filter = { id: 1, tenantId: 1, topicFilter: 'a' };

/** A bit of everything that a batch may hold. */
function aFullBatch(number: number) {
  return aBatch(number, {
    sessions: [aSession(1)],
    filters: [filter],
    subscriptions: [aSubscription(1, 'a')],
    cursors: [aCursor(1, 1)],
    states: [
      {
        sessionId: 1,
        epoch: 1,
        inflight: [{ packetIdentifier: 9, state: 'publish-qos2', filterId: 1, sequence: 2 }],
        received: [5, 65_535],
      },
    ],
    entries: entriesOf(1, 1, 3),
    retained: [
      { tenantId: 1, topic: 'a', message: aMessage({ retain: true, payload: Buffer.from('kept') }) },
    ],
  });
}

const TABLES = [
  'session',
  'durable_filter',
  'subscription',
  'cursor',
  'session_state',
  'log_run',
  'segment',
  'retained',
];

async function rowCounts(): Promise<number[]> {
  const counts: number[] = [];
  for (const table of TABLES) counts.push(await database.count(table));
  return counts;
}

test('what was committed is read as it was written', async () => {
  const batch = aFullBatch(1);
  const will = { topic: 'will', payload: Buffer.from([0, 255]), qos: 1 as const, retain: true };
  const more = {
    forwardedProperties: Buffer.from([1, 1]),
    publishedAt: 0,
    expiresAt: 9_000,
    publisherSessionId: 1,
  };
  batch.sessions[0].will = { delaySeconds: 30, publication: { ...will, ...more } };
  batch.sessions[0].willAt = batch.sessions[0].disconnectedAt! + 30_000;
  batch.cursors[0].done = [
    [3, 3],
    [5, 9],
  ];
  await store.commit(batch);
  const [found, missing] = await store.loadSessions([
    { tenantId: 1, clientId: 'client 1' },
    { tenantId: 2, clientId: 'client 1' },
  ]);
  expect(missing).toBeUndefined();
  expect(found).toEqual({
    record: batch.sessions[0],
    subscriptions: batch.subscriptions,
    cursors: batch.cursors,
    state: { inflight: batch.states[0].inflight, received: batch.states[0].received },
  });
});

test('a batch that is tried again with the same number is there once', async () => {
  await store.commit(aFullBatch(1));
  const counts = await rowCounts();
  await store.commit(aFullBatch(1));
  expect(await rowCounts()).toEqual(counts);
  expect(counts).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
});

test('a batch of which one statement fails leaves nothing, and the next one is not disturbed', async () => {
  const faulty = aFullBatch(1);
  faulty.filters.push(filter);
  await expect(store.commit(faulty)).rejects.toMatchObject({ code: '23505' });
  expect(await rowCounts()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  await store.commit(aFullBatch(1));
  expect(await rowCounts()).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
});

test('removals go before additions of the same client identifier', async () => {
  await store.commit(aFullBatch(1));
  const again = aSession(2, { clientId: 'client 1' });
  await store.commit(aBatch(2, { deletedSessionIds: [1], sessions: [again] }));
  const [found] = await store.loadSessions([{ tenantId: 1, clientId: 'client 1' }]);
  expect(found).toEqual({
    record: again,
    subscriptions: [],
    cursors: [],
    state: { inflight: [], received: [] },
  });
});

test('a write under an older epoch of the session touches no row', async () => {
  await store.commit(aBatch(1, { sessions: [aSession(1, { epoch: 5 })] }));
  const state = { sessionId: 1, inflight: [], received: [1] };
  await store.commit(aBatch(2, { states: [{ ...state, epoch: 5 }] }));
  await store.commit(
    aBatch(3, {
      sessions: [aSession(1, { epoch: 4, username: 'stale' })],
      states: [{ ...state, epoch: 4, received: [2] }],
    }),
  );
  const [found] = await store.loadSessions([{ tenantId: 1, clientId: 'client 1' }]);
  expect(found).toMatchObject({ record: { username: 'device', epoch: 5 }, state: { received: [1] } });
});

test('retained messages replace each other, and go', async () => {
  const retain = (payload: string | null) => ({
    tenantId: 1,
    topic: 'a',
    message:
      payload === null ? null : aMessage({ payload: Buffer.from(payload), expiresAt: 1_800_000_000_000 }),
  });
  await store.commit(aBatch(1, { retained: [retain('one')] }));
  await store.commit(aBatch(2, { retained: [retain('two'), { ...retain('other'), tenantId: 2 }] }));
  await database.close(store);
  const { retained } = await database.connect().open();
  expect(retained.map(({ tenantId, message }) => [tenantId, message.payload.toString()])).toEqual(
    expect.arrayContaining([
      [1, 'two'],
      [2, 'other'],
    ]),
  );
  expect(retained[0].message.expiresAt).toBe(1_800_000_000_000);
});

test.each(['before', 'after'] as const)(
  'a connection that is cut %s PostgreSQL sees COMMIT: tried again, the batch is there once',
  async (when) => {
    const proxy = await CuttingProxy.start(database.database.url);
    await database.close(store);
    const cut = database.connect(proxy.url);
    await cut.open();
    proxy.cutNextCommit(when);
    await expect(cut.commit(aFullBatch(1))).rejects.toThrow(StoreUnavailableError);
    expect(await database.count('log_run')).toBe(when === 'after' ? 1 : 0);
    await cut.commit(aFullBatch(1));
    expect(await rowCounts()).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    await database.close(cut);
    await proxy.stop();
  },
);

test('a backend that is terminated in the middle of a batch leaves nothing of it', async () => {
  await database.query('BEGIN');
  await database.query('LOCK TABLE cursor IN ACCESS EXCLUSIVE MODE');
  const commit = store.commit(aFullBatch(1));
  const refused = expect(commit).rejects.toThrow(StoreUnavailableError);
  await database.query('SELECT pg_terminate_backend($1)', [await database.blockedBackend()]);
  await refused;
  await database.query('COMMIT');
  expect(await rowCounts()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  await store.commit(aFullBatch(1));
  expect(await rowCounts()).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
});

test('a second server on the same database is turned away while the first one runs', async () => {
  await expect(database.connect().open()).rejects.toThrow(StoreFencedError);
  await store.commit(aFullBatch(1));
}, 60_000);

test('a server that was taken over cannot write any more', async () => {
  await database.query('UPDATE writer SET epoch = epoch + 1');
  await expect(store.commit(aFullBatch(1))).rejects.toThrow(StoreFencedError);
  expect(await rowCounts()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('identifiers that were given out are not given out again, whatever was deleted', async () => {
  const next = { sessionId: 8, filterId: 9, order: 10 };
  await store.commit(aBatch(4, { next }));
  await database.close(store);
  const recovery = await database.connect().open();
  expect(recovery).toMatchObject({ next, nextBatchNumber: 5 });
});

test('a store that is closed while it waits for its turn leaves no connection behind', async () => {
  const second = database.connect();
  const refused = expect(second.open()).rejects.toThrow(StoreUnavailableError);
  const writers = () =>
    database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'restante writer'`,
    );
  while ((await writers()).length < 2);
  await database.close(second);
  await refused;
  while ((await writers()).length > 1);
  await store.commit(aFullBatch(1));
});

test('a database that has lost a commit takes no other: what came after would not fit', async () => {
  await store.commit(aBatch(1, { filters: [filter] }));
  await store.commit(aBatch(2, { entries: entriesOf(1, 1, 3) }));
  // As after a standby took over that had not got the last commit.
  await database.query('UPDATE writer SET last_batch = 1');
  const commit = store.commit(aBatch(3, { entries: entriesOf(1, 4, 6) }));
  await expect(commit).rejects.toThrow(
    'the database has lost commits: it is at batch 1, and 2 was committed',
  );
  await expect(commit).rejects.not.toBeInstanceOf(StoreUnavailableError);
  expect(await database.count('log_run')).toBe(1);
});
