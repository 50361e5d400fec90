import { rm } from 'node:fs/promises';
import pg from 'pg';
import type { SharedPostgres } from './shared-postgres.ts';

/** By then a run whose tests are over has ended by itself. */
const EXIT_TIMEOUT_MS = 20_000;

/** Ends what global-setup.ts started. In a PostgreSQL that was there before, only the template goes. */
export default async function globalTeardown(): Promise<void> {
  await dispose();
  // What a test left running would keep the process for ever: that is a failure with a name.
  setTimeout(() => {
    process.stderr.write(`Left running by a test: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  }, EXIT_TIMEOUT_MS).unref();
}

async function dispose(): Promise<void> {
  const { sharedPostgres } = globalThis as { sharedPostgres?: SharedPostgres };
  if (sharedPostgres !== undefined) {
    await sharedPostgres.stop();
    await rm(sharedPostgres.directory, { recursive: true, force: true });
    return;
  }
  const client = new pg.Client({ connectionString: process.env.RESTANTE_TEST_POSTGRES });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${process.env.RESTANTE_TEST_TEMPLATE} WITH (FORCE)`);
  await client.end();
}
