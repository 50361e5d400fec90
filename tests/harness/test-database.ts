import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Removes it, with whatever is connected. */
  drop(): Promise<void>;
}

/** A migrated database of the test file's own: a clone of the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { RESTANTE_TEST_POSTGRES: server, RESTANTE_TEST_TEMPLATE: template } = process.env;
  if (!server || !template)
    throw new Error('Tests that need a database run in jest, after tests/harness/global-setup.ts');
  const name = `restante_test_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
