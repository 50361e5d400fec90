import { aBatch, aCursor, aSession, CONNECTED, entriesOf } from '../testing/batches.ts';
import { TestStore } from '../testing/test-store.ts';
import type { PostgresStore } from './postgres-store.ts';

const DAY = 86_400_000;
const NEVER = 4_294_967_295;

let database: TestStore;
let store: PostgresStore;

beforeEach(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
});

afterEach(() => database.dispose());

const MADE_UP = [
  'mqttjs_1a2b3c4d',
  'mqttx_0f9e8d7c',
  'mosq-Ab3dEf6hIj9lMn2pQr',
  'mosqsub|4711-host',
  'paho1234567890123',
  'auto-1F0C3A52-9D1B-4E5A-8B7C-0123456789AB',
  '0f8fad5b-d9cb-469f-a165-70867728950e',
  'worker-0f8fad5bd9cb469fa16570867728950e',
];
const NAMED = ['device-1', 'mqtt_kitchen', 'mosquito', 'A4C138FFFE0B1D2E', 'paho', 'sensor 0123456789'];

/** Has been connected more than once, and is absent for ten of its never ending days. */
const absent = (clientId: string, index: number, fields = {}) =>
  aSession(index + 1, { clientId, epoch: 2, disconnectedAt: Date.now() - 10 * DAY, ...LASTING, ...fields });
const LASTING = { expirySeconds: NEVER, expiresAt: null };

async function orphans(): Promise<string[]> {
  const { sessions } = await store.listOfflineSessions(1, { limit: 50, orphans: true });
  return sessions.map(({ clientId }) => clientId);
}

test('long absent under an identifier that a library made up', async () => {
  await store.commit(
    aBatch(1, { sessions: [...MADE_UP, ...NAMED].map((name, index) => absent(name, index)) }),
  );
  expect((await orphans()).toSorted()).toEqual(MADE_UP.toSorted());
  const { sessions } = await store.listOfflineSessions(1, { limit: 50 });
  const marked = sessions.filter(({ isOrphanSuspect }) => isOrphanSuspect);
  expect(marked.map(({ clientId }) => clientId).toSorted()).toEqual(MADE_UP.toSorted());
});

test('long absent after the first connection, under any name', async () => {
  await store.commit(
    aBatch(1, { sessions: [absent('once', 0, { epoch: 1 }), absent('often', 1, { epoch: 9 })] }),
  );
  expect(await orphans()).toEqual(['once']);
});

test('absent for a week, or for half of the expiry interval', async () => {
  const [name] = MADE_UP;
  const cases = [
    { disconnectedAt: Date.now() - 6.9 * DAY },
    { disconnectedAt: Date.now() - 7.1 * DAY },
    { disconnectedAt: Date.now() - 29 * 60_000, expirySeconds: 3_600, expiresAt: Date.now() + 31 * 60_000 },
    { disconnectedAt: Date.now() - 31 * 60_000, expirySeconds: 3_600, expiresAt: Date.now() + 29 * 60_000 },
    // Is no session any more.
    { disconnectedAt: Date.now() - 61 * 60_000, expirySeconds: 3_600, expiresAt: Date.now() - 60_000 },
    { ...CONNECTED },
    { tenantId: 2 },
  ];
  const sessions = cases.map((fields, index) => absent(`${name}${index}`, index, fields));
  await store.commit(aBatch(1, { sessions }));
  expect(await orphans()).toEqual([`${name}1`, `${name}3`]);
});

test('what they hold together is told, exactly of few and as last counted of many', async () => {
  const sessions = [absent(MADE_UP[0], 0), absent(MADE_UP[1], 1), absent(NAMED[0], 2)];
  await store.commit(
    aBatch(1, {
      sessions,
      filters: [{ id: 1, tenantId: 1, topicFilter: 'a' }],
      cursors: [aCursor(1, 1), aCursor(2, 1, { floor: 6, consumedBytes: 60 }), aCursor(3, 1)],
      entries: entriesOf(1, 1, 10),
    }),
  );
  expect(await store.sumOfflineSessions(1, { orphans: true })).toEqual({
    offlineSessions: 2,
    queuedMessages: 14,
    queuedBytes: 140,
    isEstimate: false,
  });
  await database.query(`
INSERT INTO session (id, tenant_id, client_id, epoch, username, protocol_version, clean_start, keep_alive_seconds,
  expiry_seconds, created_at, disconnected_at, dropped_messages, overflow, max_queued_messages, max_queued_bytes,
  keep_last_per_topic, retention_seconds)
SELECT n, 1, 'once ' || n, 1, 'u', 5, false, 60, ${NEVER}, now(), now() - interval '8 days', 0, 'drop-oldest', 10, 10, false, 0
FROM generate_series(11, 1_100) AS n`);
  await database.query('INSERT INTO session_name SELECT id, tenant_id, client_id FROM session WHERE id > 10');
  const { offlineSessions, isEstimate } = await store.sumOfflineSessions(1, { orphans: true });
  expect({ offlineSessions, isEstimate }).toEqual({ offlineSessions: 1_092, isEstimate: true });
  // 11, 110 to 119, and 1100.
  const some = await store.sumOfflineSessions(1, { orphans: true, q: 'once 11' });
  expect(some).toMatchObject({ offlineSessions: 12, isEstimate: false });
});
