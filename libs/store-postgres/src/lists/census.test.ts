import type { OfflineQuery } from '@restante/broker';
import { aBatch, aCursor, aSession, CONNECTED, entriesOf } from '../../testing/batches.ts';
import { TestStore } from '../../testing/test-store.ts';
import { COUNTED_AT_ONCE } from './census.ts';
import type { PostgresStore } from '../postgres-store.ts';
import { takeCensus } from '../statements/lists/take-census.ts';

const SESSIONS = COUNTED_AT_ONCE + 500;
const ENTRIES = 10;

let database: TestStore;
let store: PostgresStore;

beforeEach(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
});

afterEach(() => database.dispose());

/** Client identifier of a session: in another order than the identifiers. */
function nameOf(id: number): string {
  return `client ${String(SESSIONS - id).padStart(5, '0')}`;
}

/** Depth of a session: each tenth has one more message, and begins again after ten. */
function depthOf(id: number): number {
  return id % (ENTRIES + 1);
}

/** So many sessions that they are not counted when somebody asks. */
async function manySessions(): Promise<void> {
  const ids = Array.from({ length: SESSIONS }, (_, index) => index + 1);
  await store.commit(
    aBatch(1, {
      sessions: ids.map((id) => aSession(id, { clientId: nameOf(id), username: id < 5 ? 'few' : 'many' })),
      filters: [{ id: 1, tenantId: 1, topicFilter: 'a' }],
      cursors: ids.map((id) =>
        aCursor(id, 1, { floor: ENTRIES - depthOf(id), consumedBytes: 10 * (ENTRIES - depthOf(id)) }),
      ),
      entries: entriesOf(1, 1, ENTRIES),
    }),
  );
}

/** The census has come to know so many; each look at the table gives it time to go on. */
async function counted(sessions: number): Promise<void> {
  while ((await rowsOfCensus()) !== sessions || (await store.counts([1]))[0].offlineSessions !== sessions);
}

function rowsOfCensus(): Promise<number> {
  return database.count('queue_census');
}

/** A turn of the census. @returns how many rows of the one before it read */
async function rowsReadInATurn(): Promise<number> {
  await database.query('BEGIN');
  await database.query('SET LOCAL enable_seqscan = off');
  for (let lastId: number | null = 0; lastId !== null;)
    ({ lastId } = await takeCensus(database.client, lastId, 50));
  const [{ read }] = await database.query<{ read: number }>(
    `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = 'queue_census'`,
  );
  await database.query('COMMIT');
  return read;
}

/** Very many sessions, and a server that starts with them. */
async function startWithMany(): Promise<void> {
  await manySessions();
  await database.close(store);
  store = database.connect();
  await store.open();
  await counted(SESSIONS);
}

async function readAll(query: Omit<OfflineQuery, 'after'>): Promise<{ clientId: string; depth: number }[]> {
  const all: { clientId: string; depth: number }[] = [];
  let after: OfflineQuery['after'];
  for (;;) {
    const { sessions, lookedAt } = await store.listOfflineSessions(1, { ...query, after });
    all.push(...sessions.map(({ clientId, queuedMessages }) => ({ clientId, depth: queuedMessages })));
    const last = sessions.at(-1);
    if (sessions.length === query.limit) after = { clientId: last!.clientId, queuedMessages: last!.rank };
    else if (lookedAt === null) return all;
    else after = lookedAt;
  }
}

test('each piece of the census reads its own part of the one before', async () => {
  await manySessions();
  await database.close(store);
  await rowsReadInATurn();
  const read = await rowsReadInATurn();
  expect(read).toBeGreaterThanOrEqual(SESSIONS);
  expect(read).toBeLessThan(5 * SESSIONS);
});

test('with very many sessions totals and the order by depth come from the census', async () => {
  await startWithMany();
  const ids = Array.from({ length: SESSIONS }, (_, index) => index + 1);
  const messages = ids.reduce((sum, id) => sum + depthOf(id), 0);
  const counts = { offlineSessions: SESSIONS, queuedMessages: messages, queuedBytes: 10 * messages };
  expect(await store.counts([1, 2])).toEqual([
    counts,
    { offlineSessions: 0, queuedMessages: 0, queuedBytes: 0 },
  ]);
  expect(await store.totals(1)).toMatchObject(counts);
  const within = (from: number, to: number) =>
    ids.filter((id) => depthOf(id) >= from && depthOf(id) <= to).length;
  expect(await store.depths([0, 1, 9])).toEqual({
    sessions: [within(0, 0), within(1, 1), within(2, 9), within(10, Infinity)],
    messages,
  });
  const listed = await readAll({ sort: 'queuedMessages', limit: 400 });
  const expected = ids
    .map((id) => ({ clientId: nameOf(id), depth: depthOf(id) }))
    .sort((a, b) => b.depth - a.depth || (a.clientId < b.clientId ? -1 : 1));
  expect(listed).toEqual(expected);
});

test('the census forgets who is back, and counts what has changed', async () => {
  await startWithMany();
  await store.commit(
    aBatch(2, {
      sessions: [aSession(10, { clientId: nameOf(10), ...CONNECTED })],
      cursors: [aCursor(9, 1, { floor: ENTRIES, consumedBytes: 10 * ENTRIES })],
      deletedSessionIds: [21],
      deletedCursors: [{ sessionId: 21, filterId: 1 }],
    }),
  );
  await counted(SESSIONS - 2);
  const listed = await readAll({ sort: 'queuedMessages', limit: 400 });
  expect(listed).toHaveLength(SESSIONS - 2);
  expect(listed.at(-1)!.depth).toBe(0);
  expect(listed.filter(({ clientId }) => [nameOf(10), nameOf(21)].includes(clientId))).toEqual([]);
  expect(listed.find(({ clientId }) => clientId === nameOf(9))!.depth).toBe(0);
});

test.each(['clientId', 'queuedMessages'] as const)(
  'a filter that leaves few of very many sessions finds all of them, by %s',
  async (sort) => {
    await startWithMany();
    const names = async (query: Partial<OfflineQuery>) =>
      (await readAll({ sort, limit: 10, ...query })).map(({ clientId }) => clientId).sort();
    expect(await names({ username: 'few' })).toEqual([4, 3, 2, 1].map(nameOf));
    expect(await names({ q: 'NT 00001' })).toEqual(['client 00001']);
    expect(await names({ q: '_' })).toEqual([]);
    expect(await names({ absentBefore: 1 })).toEqual([]);
    expect(await names({ q: 'client', limit: 400 })).toHaveLength(SESSIONS);
  },
);
