import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@restante/database';
import pg from 'pg';
import type { SharedPostgres } from './shared-postgres.ts';

/** Nothing of a test run has to survive the machine. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '200', max_wal_size: '4GB' };

/**
 * One PostgreSQL for the whole run, with one migrated database that every test file clones. The workers find it by
 * RESTANTE_TEST_POSTGRES, which may also name a server that is there already.
 */
export default async function globalSetup(): Promise<void> {
  process.env.RESTANTE_TEST_POSTGRES ||= await startShared();
  const template = new URL(process.env.RESTANTE_TEST_POSTGRES);
  template.pathname = `/restante_template_${process.pid}`;
  await create(template.pathname.slice(1));
  migrate(template.href);
  process.env.RESTANTE_TEST_TEMPLATE = template.pathname.slice(1);
}

async function startShared(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-tests-'));
  const log = { info: () => undefined, warn: (_: object, text: string) => process.stderr.write(`${text}\n`) };
  const postgres = await startEmbeddedPostgres({ directory, settings: SETTINGS, log });
  const shared: SharedPostgres = { directory, stop: () => postgres.stop() };
  (globalThis as { sharedPostgres?: SharedPostgres }).sharedPostgres = shared;
  return postgres.url;
}

async function create(database: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.RESTANTE_TEST_POSTGRES });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}

function migrate(databaseUrl: string): void {
  const script = path.join(import.meta.dirname, 'migrate-template.mjs');
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  execFileSync(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
