import { aBatch, aCursor, aMessage, aSession, CONNECTED, entriesOf } from '../testing/batches.ts';
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

/** As a server that comes after a crash. */
async function recover() {
  await database.close(store);
  store = database.connect();
  return store.open();
}

const filters = [1, 2, 3, 4].map((id) => ({ id, tenantId: 1, topicFilter: `filter ${id}` }));

test('a head is the greatest sequence number in the log or under any cursor, for entries that were cancelled too', async () => {
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1), aSession(2)],
      filters,
      entries: [...entriesOf(1, 1, 5), ...entriesOf(3, 1, 2)],
      cursors: [
        aCursor(1, 1, { floor: 3, consumedBytes: 30 }),
        // Cancelled entries that a cursor has passed: no log row, but their numbers are taken.
        aCursor(1, 2, { floor: 7, consumedBytes: 70 }),
        aCursor(2, 2, { floor: 4, consumedBytes: 40 }),
        // Acknowledged out of order, above what was written.
        aCursor(1, 3, { floor: 2, done: [[5, 8]], consumedBytes: 60 }),
        aCursor(1, 4, { retireAt: 0 }),
      ],
    }),
  );
  const recovery = await recover();
  const byId = [...recovery.filters].sort((a, b) => a.id - b.id);
  expect(byId).toMatchObject([
    { head: 5, totalBytes: 50, cursorCount: 1, followerCount: 1, topicFilter: 'filter 1' },
    { head: 7, totalBytes: 70, cursorCount: 2, followerCount: 2 },
    { head: 8, totalBytes: 60, cursorCount: 1, followerCount: 1 },
    { head: 0, totalBytes: 0, cursorCount: 1, followerCount: 0 },
  ]);
});

test('a filter without a cursor is not recovered, and its entries are reclaimed', async () => {
  await store.commit(aBatch(1, { filters: [filters[0]], entries: entriesOf(1, 1, 5) }));
  expect((await recover()).filters).toEqual([]);
  await store.reclaim([], 100);
  expect(await database.count('log_run')).toBe(0);
  expect(await database.count('segment')).toBe(0);
  await store.reclaim([], 100);
  expect(await database.count('durable_filter')).toBe(0);
});

test('sessions that a crash left connected expire, and their wills fall due, from when their server was last seen', async () => {
  const publication = { ...aMessage({ topic: 'will' }), publishedAt: 0, expiresAt: 0, publisherSessionId: 1 };
  const NEVER = 0xffff_ffff;
  await store.commit(
    aBatch(1, {
      sessions: [
        aSession(1, { ...CONNECTED, expirySeconds: 100, will: { delaySeconds: 30, publication } }),
        aSession(2, { ...CONNECTED, expirySeconds: 10, will: { delaySeconds: 30, publication } }),
        aSession(3, { ...CONNECTED, expirySeconds: NEVER }),
        aSession(4, { expirySeconds: 5 }),
      ],
    }),
  );
  const [{ seenAt }] = await database.query<{ seenAt: Date }>(
    `UPDATE writer SET seen_at = now() - interval '1 day' RETURNING seen_at AS "seenAt"`,
  );
  const [fourth] = await store.loadSessions([{ tenantId: 1, clientId: 'client 4' }]);
  await recover();
  const keys = [1, 2, 3, 4].map((id) => ({ tenantId: 1, clientId: `client ${id}` }));
  const records = (await store.loadSessions(keys)).map((session) => session!.record);
  const at = seenAt.getTime();
  expect(records).toMatchObject([
    { connectedAt: null, disconnectedAt: at, expiresAt: at + 100_000, willAt: at + 30_000 },
    { connectedAt: null, disconnectedAt: at, expiresAt: at + 10_000, willAt: at + 10_000 },
    { connectedAt: null, disconnectedAt: at, expiresAt: null, willAt: null },
    { disconnectedAt: fourth!.record.disconnectedAt, expiresAt: fourth!.record.expiresAt },
  ]);
});

test('sessions that are due come once each, earliest first, as many as asked for', async () => {
  const now = Date.now();
  const due = (id: number, expiresIn: number | null, willIn: number | null) =>
    aSession(id, {
      expiresAt: expiresIn === null ? null : now + expiresIn,
      willAt: willIn === null ? null : now + willIn,
    });
  await store.commit(
    aBatch(1, {
      sessions: [
        due(1, -10, null),
        due(2, null, -30),
        due(3, -20, -40),
        due(4, 10, 10),
        due(5, 0, null),
        due(6, null, null),
      ],
    }),
  );
  expect((await store.dueSessions(now, 10)).map(({ id }) => id)).toEqual([3, 2, 1, 5]);
  expect((await store.dueSessions(now, 2)).map(({ id }) => id)).toEqual([3, 2]);
});
