import type { OfflineQuery } from '@restante/broker';
import { aBatch, aCursor, aSession, aSubscription, CONNECTED, entriesOf } from '../../testing/batches.ts';
import { TestStore } from '../../testing/test-store.ts';
import type { PostgresStore } from '../postgres-store.ts';

let database: TestStore;
let store: PostgresStore;

beforeEach(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
});

afterEach(() => database.dispose());

/** Ten entries of ten bytes each; sessions 1 to 5 stand at 0, 2, 4, 6 and 8, so their depths are 10, 8, 6, 4 and 2. */
async function fiveSessions(): Promise<void> {
  const ids = [1, 2, 3, 4, 5];
  await store.commit(
    aBatch(1, {
      sessions: [
        ...ids.map((id) => aSession(id)),
        aSession(6, CONNECTED),
        aSession(7, { expiresAt: Date.now() - 1_000 }),
        aSession(8, { tenantId: 2 }),
      ],
      filters: [{ id: 1, tenantId: 1, topicFilter: 'a' }],
      subscriptions: [aSubscription(1, 'a'), aSubscription(1, 'b'), aSubscription(2, 'a')],
      cursors: ids.map((id) => aCursor(id, 1, { floor: (id - 1) * 2, consumedBytes: (id - 1) * 20 })),
      entries: entriesOf(1, 1, 10),
    }),
  );
}

/** Client identifiers of all pages of so many sessions each. */
async function readAll(query: Omit<OfflineQuery, 'after'>): Promise<string[]> {
  const clientIds: string[] = [];
  let after: OfflineQuery['after'];
  for (;;) {
    const { sessions } = await store.listOfflineSessions(1, { ...query, after });
    if (sessions.length === 0) return clientIds;
    clientIds.push(...sessions.map(({ clientId }) => clientId));
    const { clientId, rank } = sessions.at(-1)!;
    after = { clientId, queuedMessages: rank };
  }
}

test('lists a tenant’s absent sessions with depth, bytes and counts', async () => {
  await fiveSessions();
  const { sessions } = await store.listOfflineSessions(1, { limit: 10, sort: 'clientId' });
  expect(sessions.map(({ clientId }) => clientId)).toEqual([1, 2, 3, 4, 5].map((id) => `client ${id}`));
  expect(sessions.map(({ queuedMessages }) => queuedMessages)).toEqual([10, 8, 6, 4, 2]);
  expect(sessions.map(({ queuedBytes }) => queuedBytes)).toEqual([100, 80, 60, 40, 20]);
  expect(sessions.map(({ subscriptionCount }) => subscriptionCount)).toEqual([2, 1, 0, 0, 0]);
});

test('nothing waits for a session without cursors', async () => {
  await store.commit(aBatch(1, { sessions: [aSession(1)] }));
  const { sessions } = await store.listOfflineSessions(1, { limit: 10, sort: 'clientId' });
  expect(sessions).toMatchObject([{ queuedMessages: 0, queuedBytes: 0 }]);
});

test('depth leaves out what is done out of order and what a retired cursor will not want', async () => {
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1)],
      filters: [1, 2].map((id) => ({ id, tenantId: 1, topicFilter: `${id}` })),
      cursors: [
        aCursor(1, 1, {
          floor: 1,
          done: [
            [3, 4],
            [6, 6],
          ],
        }),
        aCursor(1, 2, { floor: 2, retireAt: 5 }),
      ],
      states: [
        {
          sessionId: 1,
          epoch: 1,
          received: [],
          inflight: [
            { packetIdentifier: 1, state: 'publish-qos1', filterId: 1, sequence: 2 },
            { packetIdentifier: 2, state: 'pubrel', filterId: 0, sequence: 0 },
          ],
        },
      ],
      entries: [...entriesOf(1, 1, 10), ...entriesOf(2, 1, 10)],
    }),
  );
  const [session] = (await store.listOfflineSessions(1, { limit: 10, sort: 'clientId' })).sessions;
  expect(session).toMatchObject({ queuedMessages: 6 + 3, inflightMessages: 2 });
});

test('a message that several filters hold is one message in flight', async () => {
  const inflight = [1, 2].map((filterId) => ({
    packetIdentifier: 1,
    state: 'publish-qos1' as const,
    filterId,
    sequence: 1,
  }));
  await store.commit(
    aBatch(1, { sessions: [aSession(1)], states: [{ sessionId: 1, epoch: 1, received: [], inflight }] }),
  );
  const [session] = (await store.listOfflineSessions(1, { limit: 10, sort: 'clientId' })).sessions;
  expect(session.inflightMessages).toBe(1);
});

test('pages go through all of them once, by client identifier', async () => {
  await fiveSessions();
  expect(await readAll({ limit: 2, sort: 'clientId' })).toEqual([1, 2, 3, 4, 5].map((id) => `client ${id}`));
});

test('pages go through all of them once, deepest first, equal depths by client identifier', async () => {
  await fiveSessions();
  await store.commit(
    aBatch(2, {
      cursors: [2, 4].map((id) => aCursor(id, 1, { floor: 3, consumedBytes: 30 })),
    }),
  );
  expect(await readAll({ limit: 1, sort: 'queuedMessages' })).toEqual([
    'client 1',
    'client 2',
    'client 4',
    'client 3',
    'client 5',
  ]);
});

test('a part of the client identifier is searched for as it is, without regard to case', async () => {
  await store.commit(
    aBatch(1, { sessions: [aSession(1, { clientId: 'Pump_1' }), aSession(2, { clientId: 'PumpX1' })] }),
  );
  expect(await readAll({ limit: 10, sort: 'clientId', q: 'pump_' })).toEqual(['Pump_1']);
  expect(await readAll({ limit: 10, sort: 'clientId', q: 'UMP' })).toEqual(['PumpX1', 'Pump_1']);
  expect(await readAll({ limit: 10, sort: 'clientId', q: '%' })).toEqual([]);
});

test('totals are those of the absent sessions, with the deepest queues first', async () => {
  await fiveSessions();
  const totals = await store.totals(1);
  expect(totals).toMatchObject({ offlineSessions: 5, queuedMessages: 30, queuedBytes: 300 });
  expect(totals.topQueues[0]).toEqual({ clientId: 'client 1', queuedMessages: 10, queuedBytes: 100 });
  expect(totals.topQueues).toHaveLength(5);
  expect(await store.totals(3)).toEqual({
    offlineSessions: 0,
    queuedMessages: 0,
    queuedBytes: 0,
    topQueues: [],
  });
});
