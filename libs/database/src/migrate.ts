import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { withSchemaEngine } from './schema-engine.ts';

/** Key of the advisory lock that keeps two servers from migrating at once: "migr" in ASCII. */
const MIGRATION_LOCK = 0x6d696772;
const LOCK_POLL_MS = 200;
/** Another server migrates for so long at the most. */
const LOCK_TIMEOUT_MS = 600_000;

/** What is not described by models in schema.prisma: the engine's own tables. */
const FILTERS = {
  externalTables: [
    'writer',
    'session',
    'session_state',
    'subscription',
    'durable_filter',
    'cursor',
    'segment',
    'log_run',
    'retained',
    'newest_message',
    'session_name',
    'queue_census',
  ].map((table) => `public.${table}`),
  externalEnums: [],
};

/** The database cannot be brought to this build's schema. The message says why, for the operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies the migrations that the database does not have, in the order of their names, as `prisma migrate deploy`
 * does (table `_prisma_migrations`). One server at a time.
 *
 * @param only the names of those that are wanted; left out: all of this build
 * @throws MigrationError when the database, or what is wanted, is newer than this build, a migration of it failed or was
 * changed, or another server does not come to an end
 */
export async function migrate(databaseUrl: string, only?: readonly string[]): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'restante migrate' });
  await client.connect();
  try {
    await lock(client);
    return await applyMissing(databaseUrl, client, only);
  } finally {
    await client.end();
  }
}

/**
 * Asks for the lock again and again: a statement that waited for it would hold a snapshot meanwhile, for which an index
 * that is made CONCURRENTLY waits in turn, for ever.
 */
async function lock(client: pg.Client): Promise<void> {
  for (const end = Date.now() + LOCK_TIMEOUT_MS; Date.now() < end; await setTimeout(LOCK_POLL_MS)) {
    const { rows } = await client.query<{ isOurs: boolean }>('SELECT pg_try_advisory_lock($1) AS "isOurs"', [
      MIGRATION_LOCK,
    ]);
    if (rows[0].isOurs) return;
  }
  throw new MigrationError(
    `Another server has been changing the database for ${LOCK_TIMEOUT_MS / 60_000} minutes.`,
  );
}

async function applyMissing(
  databaseUrl: string,
  client: pg.Client,
  only: readonly string[] | undefined,
): Promise<{ applied: string[] }> {
  const all = await readMigrations();
  const migrations = all.filter(({ path }) => only?.includes(path) ?? true);
  const known = migrations.map((migration) => migration.path);
  const present = await appliedMigrations(client);
  const unknown = [...present, ...(only ?? [])].filter((name) => !all.some(({ path }) => path === name));
  if (unknown.length > 0) {
    throw new MigrationError(
      `The database is newer than this version of Restante: it has the migration ${unknown.join(', ')}. Start the version that made it, or a later one.`,
    );
  }
  if (present.length === known.length) await refuseChanged(databaseUrl, migrations);
  else await apply(databaseUrl, migrations);
  return { applied: known.filter((name) => !present.includes(name)) };
}

async function apply(databaseUrl: string, migrations: MigrationDirectory[]): Promise<void> {
  await withSchemaEngine(databaseUrl, async (engine) => {
    await refuseBroken(engine, migrations);
    try {
      await engine.applyMigrations({ migrationsList: listOf(migrations), filters: FILTERS });
    } catch (error) {
      throw new MigrationError(`A migration of the database failed: ${(error as Error).message}`, {
        cause: error,
      });
    }
  });
}

async function refuseChanged(databaseUrl: string, migrations: MigrationDirectory[]): Promise<void> {
  await withSchemaEngine(databaseUrl, (engine) => refuseBroken(engine, migrations));
}

async function refuseBroken(
  engine: Parameters<Parameters<typeof withSchemaEngine>[1]>[0],
  migrations: MigrationDirectory[],
): Promise<void> {
  const { editedMigrationNames, failedMigrationNames } = await engine.diagnoseMigrationHistory({
    migrationsList: listOf(migrations),
    optInToShadowDatabase: false,
    filters: FILTERS,
  });
  if (failedMigrationNames.length > 0) {
    throw new MigrationError(
      `The migration ${failedMigrationNames.join(', ')} failed before and left the database in between.`,
    );
  }
  if (editedMigrationNames.length > 0) {
    throw new MigrationError(
      `The migration ${editedMigrationNames.join(', ')} is not the one that was applied to the database.`,
    );
  }
}

/** Names of those that the database has; none: it is empty. */
export async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there",
  );
  if (!tables[0].there) return [];
  const { rows } = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL',
  );
  return rows.map((row) => row.migration_name);
}

/** The SQL of this build's migrations, by their names. */
export async function migrationScripts(): Promise<Map<string, string>> {
  const migrations = await readMigrations();
  return new Map(migrations.map(({ path, migrationFile }) => [path, migrationFile.content.value]));
}

interface MigrationDirectory {
  path: string;
  migrationFile: { path: string; content: { tag: 'ok'; value: string } };
}

/** The migrations of this build, in the order of their names. */
async function readMigrations(): Promise<MigrationDirectory[]> {
  const base = migrationsPath();
  const names = (await readdir(base, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(path.join(base, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
}

function listOf(migrationDirectories: MigrationDirectory[]) {
  return {
    baseDir: migrationsPath(),
    lockfile: { path: './migration_lock.toml', content: 'provider = "postgresql"\n' },
    migrationDirectories,
    shadowDbInitScript: '',
  };
}

/** prisma/migrations of the repository, from the sources as from the build. */
function migrationsPath(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = path.join(directory, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
    const parent = path.dirname(directory);
    if (parent === directory)
      throw new MigrationError('The folder prisma/migrations is missing from this installation.');
    directory = parent;
  }
}
