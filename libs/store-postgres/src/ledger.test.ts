import type { DropRecord } from '@restante/broker';
import { aBatch, aCursor, aSession, entriesOf } from '../testing/batches.ts';
import { TestStore } from '../testing/test-store.ts';
import type { PostgresStore } from './postgres-store.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 1, 12);

let database: TestStore;
let store: PostgresStore;

beforeEach(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
});

afterEach(() => database.dispose());

function aDrop(fields: Partial<DropRecord> = {}): DropRecord {
  return {
    ...{ tenantId: 1, at: NOON, kind: 'dropped', clientId: 'c', topicFilter: null, topic: 'a' },
    ...{ reason: 'queue-full', messages: 1, bytes: 10 },
    ...fields,
  };
}

test('a line grows while its minute lasts, and a batch that is tried again adds to it once', async () => {
  const batch = aBatch(1, { drops: [aDrop(), aDrop({ topic: null, bytes: null })] });
  await store.commit(batch);
  await store.commit(batch);
  await store.commit(aBatch(2, { drops: [aDrop({ messages: 4 }), aDrop({ topic: null })] }));
  await store.commit(aBatch(3, { drops: [aDrop({ at: NOON + MINUTE })] }));
  const lines = await store.listDrops(1, { limit: 10 });
  expect(lines.map(({ at, topic, messages, bytes }) => [at, topic, messages, bytes])).toEqual([
    [NOON + MINUTE, 'a', 1, 10],
    ...lines.slice(1).map(({ topic }) => (topic === 'a' ? [NOON, 'a', 5, 20] : [NOON, null, 2, null])),
  ]);
});

test('old lines go, and those that are more than a tenant may have, so many at a time', async () => {
  const drops = Array.from({ length: 10 }, (_, index) => aDrop({ at: NOON + index * MINUTE }));
  await store.commit(aBatch(1, { drops: [...drops, aDrop({ tenantId: 2, at: NOON })] }));
  const prune = (before: number, maxLines: number, limit: number) =>
    store.pruneLedger([1, 2], before, { maxLines, limit });
  expect(await prune(NOON, 20, 100)).toBe(0);
  expect(await prune(NOON + 2 * MINUTE, 20, 100)).toBe(3);
  expect(await prune(NOON, 5, 2)).toBe(2);
  expect(await prune(NOON, 5, 2)).toBe(1);
  const left = await store.listDrops(1, { limit: 100 });
  expect(left.map(({ at }) => (at - NOON) / MINUTE)).toEqual([9, 8, 7, 6, 5]);
  await store.deleteTenant(1, 10);
  expect(await store.listDrops(1, { limit: 100 })).toEqual([]);
});

test('absent sessions are found that have more than their queues may hold', async () => {
  const limits = { overflow: 'drop-oldest' as const, maxQueuedMessages: 5, maxQueuedBytes: 1_000 };
  const connected = { connectedAt: Date.now(), disconnectedAt: null, expiresAt: null };
  await store.commit(
    aBatch(1, {
      sessions: [
        aSession(1, { limits }),
        aSession(2, { limits: { ...limits, maxQueuedMessages: 10 } }),
        aSession(3, { limits: { ...limits, overflow: 'reject-publisher' } }),
        aSession(4, { limits, ...connected }),
        aSession(5, { limits }),
      ],
      filters: [{ id: 1, tenantId: 1, topicFilter: 'a' }],
      cursors: [
        ...[1, 2, 3, 4].map((id) => aCursor(id, 1)),
        aCursor(5, 1, { floor: 2, done: [[4, 6]], consumedBytes: 50 }),
      ],
      entries: entriesOf(1, 1, 10),
    }),
  );
  expect(await store.findOverfull(0, 10, { withDeadLetters: false })).toEqual({
    lastId: null,
    sessions: [{ id: 1, tenantId: 1, clientId: 'client 1', limits, retentionSeconds: 0, deadLetters: false }],
  });
  expect((await store.findOverfull(0, 2, { withDeadLetters: false })).lastId).toBe(2);
  expect(await store.findOverfull(1, 10, { withDeadLetters: false })).toEqual({ lastId: null, sessions: [] });
});
