import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from '../../../tests/harness/eventually.ts';
import { migrationScripts } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/test-database.ts';

const SCRIPT = path.join(import.meta.dirname, '../testing/run-migrate.mjs');

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

type Outcome = { applied?: string[]; error?: string; message?: string };

async function migrate(only?: string[]): Promise<Outcome> {
  const wanted = only === undefined ? {} : { ONLY: JSON.stringify(only) };
  const env = { ...process.env, DATABASE_URL: database.url, ...wanted };
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT], { env });
  return JSON.parse(stdout) as Outcome;
}

test('a database that has all migrations is left as it is', async () => {
  expect(await migrate()).toEqual({ applied: [] });
});

test('an empty database gets all of them, in order, from one of two servers that start together', async () => {
  await client.query('DROP SCHEMA public, restante, restante_read CASCADE; CREATE SCHEMA public');
  const outcomes = await Promise.all([migrate(), migrate()]);
  const [applied] = outcomes.map((outcome) => outcome.applied!).filter((names) => names.length > 0);
  expect(outcomes.map((outcome) => outcome.applied!.length).sort()).toEqual([0, applied.length]);
  expect(applied).toEqual([...applied].sort());
  const { rows } = await client.query('SELECT epoch FROM writer');
  expect(rows).toHaveLength(1);
});

test('a database of a later version is refused, and named', async () => {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ('x', 'x', '9999_from_the_future', now(), 1)`,
  );
  const outcome = await migrate();
  expect(outcome.error).toBe('MigrationError');
  expect(outcome.message).toContain('9999_from_the_future');
});

test('a migration that waits for a table lets others in, and is made when it gets it', async () => {
  await client.query('DROP SCHEMA public, restante, restante_read CASCADE; CREATE SCHEMA public');
  const all = [...(await migrationScripts()).keys()];
  const before = all.filter((name) => name < '0025');
  expect((await migrate(before)).applied).toEqual(before);
  const reader = new pg.Client({ connectionString: database.url });
  await reader.connect();
  await reader.query('BEGIN; SELECT FROM credential');
  const migrating = migrate();
  const waiting = async () => {
    const { rows } = await client.query<{ since: Date }>(
      `SELECT query_start AS since FROM pg_stat_activity
       WHERE application_name = 'restante migration' AND datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.since.getTime() ?? null;
  };
  const first = await eventually('it waits', waiting);
  // Behind the migration, which gives up for it.
  await client.query('SELECT FROM credential');
  await eventually('it waits again', async () => ((await waiting()) ?? first) > first);
  await reader.query('COMMIT');
  await reader.end();
  expect((await migrating).applied).toEqual(all.filter((name) => name >= '0025'));
}, 60_000);

test('a migration that was changed after it was applied is refused', async () => {
  await client.query(`UPDATE _prisma_migrations SET checksum = 'changed' WHERE migration_name LIKE '0001%'`);
  expect((await migrate()).error).toBe('MigrationError');
});

test('the schema "restante" holds what SQL publishes by, whatever the user that migrates is called', async () => {
  // A user of that name has it first in the search path: tables without a schema would come to lie there.
  const { rows } = await client.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'restante' ORDER BY 1",
  );
  expect(rows.map(({ tablename }) => tablename)).toEqual(['grant', 'outbox', 'read_grant']);
});
