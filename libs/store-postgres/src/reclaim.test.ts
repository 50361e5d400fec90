import { DEFAULT_POLICY, type QueueLimits, queueLimits, type SessionRecord } from '@restante/broker';
import { aBatch, aCursor, aSession, aSubscription, CONNECTED, entriesOf } from '../testing/batches.ts';
import { entriesIn } from '../testing/pages.ts';
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

/** Twenty runs of one entry each, numbers 1 to 20, and two sessions that follow them. */
async function aLog(limits: Partial<QueueLimits> = {}): Promise<void> {
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1, { limits: limitsOf(limits) }), aSession(2, { limits: limitsOf(limits) })],
      filters: [filter],
      cursors: [aCursor(1, 1), aCursor(2, 1)],
    }),
  );
  for (let sequence = 1; sequence <= 20; sequence++) {
    await store.commit(aBatch(1 + sequence, { entries: entriesOf(1, sequence, sequence) }));
  }
}

async function left(): Promise<number[]> {
  const [page] = await store.readPages([{ filterId: 1, from: 1, to: 20 }]);
  return entriesIn(page).map(({ sequence }) => sequence);
}

const limitsOf = (limits: Partial<QueueLimits>) => ({ ...queueLimits(DEFAULT_POLICY), ...limits });

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('entries go when every cursor has passed them, with their segments, and none before', async () => {
  await aLog();
  await store.commit(aBatch(30, { cursors: [aCursor(1, 1, { floor: 20 })] }));
  expect(await store.reclaim([1], 100)).toBe(0);
  await store.commit(aBatch(31, { cursors: [aCursor(2, 1, { floor: 7 })] }));
  expect(await store.reclaim([1], 100)).toBe(7);
  expect(await left()).toEqual(range(8, 20));
  expect(await database.count('segment')).toBe(13);
});

/** Twenty runs that every cursor has passed, the first ten of them stored two hours ago. */
async function aKeptLog(retentionSeconds: number, limits: Partial<QueueLimits> = {}): Promise<void> {
  const kept = { limits: limitsOf(limits), retentionSeconds };
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1), aSession(2, kept)],
      filters: [filter],
      keptFilters: [{ filterId: 1, keptFrom: 1 }],
      cursors: [aCursor(1, 1, { floor: 20 }), aCursor(2, 1, { floor: 20 })],
    }),
  );
  for (let sequence = 1; sequence <= 20; sequence++) {
    await store.commit(aBatch(1 + sequence, { entries: entriesOf(1, sequence, sequence, { isKept: true }) }));
  }
  await database.query(
    `UPDATE log_run SET stored_at = stored_at - interval '2 hours' WHERE last_sequence <= 10`,
  );
}

test('what a session may be rewound to stays as long as its retention says, and goes then', async () => {
  await aKeptLog(3_600);
  expect(await store.reclaim([1], 100)).toBe(10);
  expect(await left()).toEqual(range(11, 20));
  await store.commit(aBatch(30, { sessions: [aSession(2, { retentionSeconds: 0 })] }));
  expect(await store.reclaim([1], 100)).toBe(10);
  expect(await database.count('segment')).toBe(0);
});

test('the longest retention of the sessions that follow the filter counts', async () => {
  await aKeptLog(3_600);
  await store.commit(aBatch(30, { sessions: [aSession(1, { retentionSeconds: 10_000 })] }));
  expect(await store.reclaim([1], 100)).toBe(0);
  await store.commit(aBatch(31, { deletedSessionIds: [1] }));
  expect(await store.reclaim([1], 100)).toBe(10);
});

test('no more is kept than the queue could take again, in messages and in bytes', async () => {
  await aKeptLog(3_600, { maxQueuedMessages: 7 });
  await store.reclaim([1], 100);
  expect(await left()).toEqual(range(14, 20));
  const limits = limitsOf({ maxQueuedBytes: 35 });
  await store.commit(aBatch(30, { sessions: [aSession(2, { limits, retentionSeconds: 3_600 })] }));
  await store.reclaim([1], 100);
  expect(await left()).toEqual(range(17, 20));
});

test('what was stored before anybody asked for it to be kept goes at once', async () => {
  await aLog();
  await store.commit(
    aBatch(30, {
      sessions: [aSession(2, { retentionSeconds: 3_600 })],
      cursors: [1, 2].map((id) => aCursor(id, 1, { floor: 20 })),
    }),
  );
  expect(await store.reclaim([1], 100)).toBe(20);
});

test('a session that is behind holds more than the retention', async () => {
  await aKeptLog(3_600);
  await store.commit(aBatch(30, { cursors: [aCursor(1, 1, { floor: 4 })] }));
  expect(await store.reclaim([1], 100)).toBe(4);
  expect(await left()).toEqual(range(5, 20));
});

test('from when filters are kept, and since when subscriptions are, is found again', async () => {
  await aKeptLog(3_600);
  await store.commit(aBatch(30, { subscriptions: [{ ...aSubscription(2, 'a'), since: 12 }] }));
  await database.close(store);
  const again = database.connect();
  expect((await again.open()).filters).toMatchObject([{ id: 1, keptFrom: 1 }]);
  const [found] = await again.loadSessions([{ tenantId: 1, clientId: 'client 2' }]);
  expect(found).toMatchObject({ record: { retentionSeconds: 3_600 }, subscriptions: [{ since: 12 }] });
  await again.commit(aBatch(31, { keptFilters: [{ filterId: 1, keptFrom: null }] }));
  await database.close(again);
  const last = database.connect();
  expect((await last.open()).filters).toMatchObject([{ id: 1, keptFrom: null }]);
});

test('no more than the limit goes in one turn', async () => {
  await aLog();
  await store.commit(aBatch(30, { cursors: [1, 2].map((id) => aCursor(id, 1, { floor: 20 })) }));
  expect(await store.reclaim([1], 15)).toBe(15);
  expect(await store.reclaim([1], 15)).toBe(5);
  expect(await database.count('segment')).toBe(0);
});

test('a run stays until its last entry is passed', async () => {
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1)],
      filters: [filter],
      cursors: [aCursor(1, 1)],
      entries: entriesOf(1, 1, 20),
    }),
  );
  await store.commit(aBatch(2, { cursors: [aCursor(1, 1, { floor: 19 })] }));
  expect(await store.reclaim([1], 100)).toBe(0);
  await store.commit(aBatch(3, { cursors: [aCursor(1, 1, { floor: 20 })] }));
  expect(await store.reclaim([1], 100)).toBe(1);
});

test('what a queue that drops its oldest messages cannot hold goes too', async () => {
  await aLog({ maxQueuedMessages: 5 });
  expect(await store.reclaim([1], 100)).toBe(15);
  expect(await left()).toEqual(range(16, 20));
});

test('what is done out of order takes no place in the queue', async () => {
  await aLog({ maxQueuedMessages: 5 });
  const done: [number, number][] = [[2, 17]];
  await store.commit(aBatch(30, { cursors: [1, 2].map((id) => aCursor(id, 1, { floor: 0, done })) }));
  await store.reclaim([1], 100);
  expect(await left()).toContain(1);
});

test('a session that keeps all holds the log for the others', async () => {
  await aLog({ maxQueuedMessages: 5 });
  await store.commit(
    aBatch(30, { sessions: [aSession(2, { limits: limitsOf({ overflow: 'drop-newest' }) })] }),
  );
  expect(await store.reclaim([1], 100)).toBe(0);
});

test('a segment that other filters need stays', async () => {
  const other = { id: 2, tenantId: 1, topicFilter: 'b' };
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1)],
      filters: [filter, other],
      cursors: [aCursor(1, 1, { floor: 5 }), aCursor(1, 2)],
      entries: [...entriesOf(1, 1, 5), ...entriesOf(2, 1, 5)],
    }),
  );
  expect(await store.reclaim([1, 2], 100)).toBe(1);
  expect(await database.count('segment')).toBe(1);
  const [page] = await store.readPages([{ filterId: 2, from: 1, to: 5 }]);
  expect(entriesIn(page)).toHaveLength(5);
});

test('a deleted filter goes with all its entries', async () => {
  await aLog();
  await store.commit(aBatch(30, { deletedSessionIds: [1, 2], deletedFilterIds: [1] }));
  expect(await store.reclaim([], 15)).toBe(15);
  expect(await database.count('durable_filter')).toBe(1);
  await store.reclaim([], 15);
  expect(await database.count('log_run')).toBe(0);
  expect(await database.count('segment')).toBe(0);
  expect(await database.count('durable_filter')).toBe(0);
});

test('segments are not left behind when the database goes away in the middle', async () => {
  await aLog();
  await store.commit(aBatch(30, { cursors: [1, 2].map((id) => aCursor(id, 1, { floor: 20 })) }));
  await database.query('BEGIN');
  await database.query('LOCK TABLE segment IN ACCESS EXCLUSIVE MODE');
  const refused = expect(store.reclaim([1], 100)).rejects.toThrow();
  await database.query('SELECT pg_terminate_backend($1)', [await database.blockedBackend()]);
  await refused;
  await database.query('COMMIT');
  await store.reclaim([1], 100);
  expect(await database.count('log_run')).toBe(0);
  expect(await database.count('segment')).toBe(0);
});

test('a tenant is deleted in pieces, and nothing of another one', async () => {
  await aLog();
  await store.commit(
    aBatch(30, {
      sessions: [aSession(3), aSession(4, { tenantId: 2 })],
      filters: [{ id: 2, tenantId: 2, topicFilter: 'a' }],
      cursors: [aCursor(4, 2)],
      entries: entriesOf(2, 1, 5),
    }),
  );
  expect(await store.deleteTenant(1, 2)).toBe(false);
  expect(await store.deleteTenant(1, 2)).toBe(true);
  await store.reclaim([2], 100);
  expect(await database.query('SELECT tenant_id FROM session')).toEqual([{ tenant_id: 2 }]);
  const [page] = await store.readPages([{ filterId: 2, from: 1, to: 5 }]);
  expect(entriesIn(page)).toHaveLength(5);
  expect(await database.count('log_run')).toBe(1);
});

/** One session keeps the newest of each topic; sequence 3 is the newest of `slow`, 20 of `fast`. */
async function aLogOfTwoTopics(fields: Partial<SessionRecord> = {}): Promise<void> {
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1, { keepLastPerTopic: true, ...fields })],
      filters: [filter],
      askedFilters: [{ filterId: 1, newestFrom: 1 }],
      cursors: [aCursor(1, 1)],
      states: [{ sessionId: 1, epoch: 1, inflight: [], received: [] }],
    }),
  );
  for (let sequence = 1; sequence <= 20; sequence++) {
    const topic = sequence === 3 ? 'slow' : 'fast';
    await store.commit(
      aBatch(1 + sequence, {
        entries: entriesOf(1, sequence, sequence),
        newest: [{ filterId: 1, topic, sequence, bytes: 10 }],
      }),
    );
  }
}

test('what a newer message of its topic supersedes goes when only absent sessions that want no more would read it', async () => {
  await aLogOfTwoTopics();
  expect(await store.reclaim([1], 100)).toBe(18);
  expect(await left()).toEqual([3, 20]);
  expect(await database.count('segment')).toBe(2);
  await store.commit(aBatch(30, { cursors: [aCursor(1, 1, { floor: 3 })] }));
  await store.reclaim([1], 100);
  expect(await left()).toEqual([20]);
  expect(await database.count('newest_message')).toBe(1);
});

test('it stays while a session that wants everything needs it', async () => {
  await aLogOfTwoTopics();
  await store.commit(aBatch(30, { sessions: [aSession(2)], cursors: [aCursor(2, 1, { floor: 10 })] }));
  await store.reclaim([1], 100);
  expect(await left()).toEqual([3, ...range(11, 20)]);
});

test('it stays while its session is connected, or has something in flight', async () => {
  await aLogOfTwoTopics(CONNECTED);
  expect(await store.reclaim([1], 100)).toBe(0);
  const inflight = [{ packetIdentifier: 1, state: 'publish-qos1' as const, filterId: 1, sequence: 1 }];
  await store.commit(
    aBatch(30, {
      sessions: [aSession(1, { keepLastPerTopic: true })],
      states: [{ sessionId: 1, epoch: 1, inflight, received: [] }],
    }),
  );
  expect(await store.reclaim([1], 100)).toBe(0);
});

test('of more topics than the queue holds the ones that were silent for longest go', async () => {
  await aLogOfTwoTopics({ limits: limitsOf({ maxQueuedMessages: 1 }) });
  await store.reclaim([1], 100);
  expect(await left()).toEqual([20]);
});

test('with a deleted filter goes what was known of its topics', async () => {
  await aLogOfTwoTopics();
  await store.commit(aBatch(30, { deletedSessionIds: [1], deletedFilterIds: [1] }));
  await store.reclaim([1], 100);
  expect(await database.count('newest_message')).toBe(0);
  expect(await database.count('durable_filter')).toBe(0);
});
