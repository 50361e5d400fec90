import pg from 'pg';
import { createTestDatabase } from './test-database.ts';

test('a test database is migrated, and is its own', async () => {
  const one = await createTestDatabase();
  const other = await createTestDatabase();
  const client = new pg.Client({ connectionString: one.url });
  await client.connect();
  await client.query("INSERT INTO tenant (slug, name) VALUES ('acme', 'Acme')");
  const { rows } = await client.query('SELECT slug FROM tenant');
  await client.end();
  expect(rows).toEqual([{ slug: 'acme' }]);
  expect(one.url).not.toBe(other.url);
  await one.drop();
  await other.drop();
});
