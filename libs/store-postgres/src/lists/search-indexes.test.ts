import { aBatch, aSession } from '../../testing/batches.ts';
import { TestStore } from '../../testing/test-store.ts';

let database: TestStore;

beforeEach(async () => {
  database = await TestStore.start();
  await database.query('CREATE EXTENSION pageinspect');
});

afterEach(() => database.dispose());

/** Names that every search reads. */
async function waiting(index: string): Promise<number> {
  const [{ n_pending_tuples: tuples }] = await database.query<{ n_pending_tuples: number }>(
    `SELECT n_pending_tuples FROM gin_metapage_info(get_raw_page($1, 0))`,
    [index],
  );
  return tuples;
}

test('new names are moved into the indexes of searches before long', async () => {
  const store = database.connect();
  await store.open();
  await store.commit(
    aBatch(1, {
      sessions: [aSession(1), aSession(2)],
      filters: [{ id: 1, tenantId: 1, topicFilter: 'a/topic' }],
    }),
  );
  await database.query(`INSERT INTO subscription SELECT 1, 'a/topic', 1, false, false, 0, 0, 0, 1`);
  expect(await waiting('session_name_parts_idx')).toBe(2);
  expect(await waiting('subscription_parts_idx')).toBe(1);

  while ((await waiting('session_name_parts_idx')) + (await waiting('subscription_parts_idx')) > 0);
});
