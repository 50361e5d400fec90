import type { StoredSubscriptionsQuery } from '@restante/broker';
import { aBatch, aSession } from '../../testing/batches.ts';
import { TestStore } from '../../testing/test-store.ts';
import type { PostgresStore } from '../postgres-store.ts';

const COUNT = 12_000;

let database: TestStore;
let store: PostgresStore;

/** Sessions 1 to 4 in turn have `t/00001` and so on. Every tenth is `t/.../even`, one `t/.../Needle`, near the end. */
beforeAll(async () => {
  database = await TestStore.start();
  store = database.connect();
  await store.open();
  const expired = { expiresAt: Date.now() - 1_000 };
  const sessions = [
    aSession(1),
    aSession(2),
    aSession(3),
    aSession(4, expired),
    aSession(5, { tenantId: 2 }),
  ];
  await store.commit(aBatch(1, { sessions }));
  await database.query(`
INSERT INTO subscription
SELECT 1 + n % 4, 't/' || lpad(n::text, 5, '0') || CASE WHEN n % 10 = 0 THEN '/even' WHEN n = 11001 THEN '/Needle' ELSE '' END,
  1, false, false, 0, 0, 0, 1
FROM generate_series(1, ${COUNT}) AS n`);
  await database.query(`INSERT INTO subscription SELECT 5, 't/00001/Needle', 1, false, false, 0, 0, 0, 2`);
});

afterAll(() => database.dispose());

async function all(query: Partial<StoredSubscriptionsQuery>, limit = 500): Promise<string[]> {
  const found: string[] = [];
  let after: StoredSubscriptionsQuery['after'];
  for (;;) {
    const { subscriptions, next } = await store.listSubscriptions(1, { limit, ...query, after });
    found.push(...subscriptions.map(({ topicFilter }) => topicFilter));
    if (next === null) return found;
    after = next;
  }
}

/** Of those whose session is there. */
function numbersThat(isWanted: (n: number) => boolean): number[] {
  return Array.from({ length: COUNT }, (_, index) => index + 1).filter((n) => n % 4 !== 3 && isWanted(n));
}

const numbersIn = (filters: string[]) => filters.map((filter) => Number(filter.slice(2, 7)));

test('pages leave none out but those of a session that has expired', async () => {
  expect(numbersIn(await all({}))).toEqual(numbersThat(() => true));
});

test('a search that leaves one among very many finds it on its first page', async () => {
  const { subscriptions, next } = await store.listSubscriptions(1, { q: 'needle', limit: 10 });
  expect(subscriptions.map(({ topicFilter }) => topicFilter)).toEqual(['t/11001/Needle']);
  expect(next).toBeNull();
});

test.each([7, 500])('a search that leaves many is complete, in pages of %d', async (limit) => {
  const found = await all({ q: '/EVEN' }, limit);
  expect(numbersIn(found)).toEqual(numbersThat((n) => n % 10 === 0));
});

test('a search too short for the index is complete, over pages that may be empty', async () => {
  expect(numbersIn(await all({ q: 'N' }, 10))).toEqual(numbersThat((n) => n % 10 === 0 || n === 11_001));
});

test('a client identifier leaves what is its own, with a search as well', async () => {
  const own = numbersThat((n) => n % 4 === 1);
  expect(numbersIn(await all({ clientId: 'client 2' }))).toEqual(own);
  expect(numbersIn(await all({ clientId: 'client 2', q: '/even' }))).toEqual([]);
  expect(numbersIn(await all({ clientId: 'client 1', q: '/even' }, 10))).toEqual(
    numbersThat((n) => n % 20 === 0),
  );
  expect(await all({ clientId: 'client 5' })).toEqual([]);
});
