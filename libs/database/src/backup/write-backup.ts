import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { appliedMigrations, migrationScripts } from '../migrate.ts';
import { type BackupEnd, type BackupHead, END_OF_ROWS, FORMAT, FORMAT_VERSION } from './backup-file.ts';
import { ownTables } from './own-tables.ts';

export interface WriteBackupOptions {
  databaseUrl: string;
  /** Must not be there; whoever may read it may read every message and every secret. */
  file: string;
  /** Of the server. */
  version: string;
  /** To go with it: contents by name. */
  files: Record<string, Buffer>;
}

/**
 * Writes all tables as they are at one moment, while the server goes on. What was acknowledged before that is in it. The
 * file gets its name when it is whole.
 *
 * @throws Error when the file is there, or the database cannot be read
 */
export async function writeBackup(options: WriteBackupOptions): Promise<BackupEnd> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'restante backup',
  });
  // A connection that breaks: what is under way fails by it.
  client.on('error', () => undefined);
  await client.connect();
  const unfinished = `${options.file}.unfinished`;
  try {
    const end: BackupEnd = { end: true, tables: 0, rows: 0 };
    // Flushed before it is closed: what has its name is on the disk.
    const target = createWriteStream(unfinished, { mode: 0o600, flush: true });
    await pipeline(Readable.from(contents(client, options, end)), createGzip({ level: 1 }), target);
    await rename(unfinished, options.file);
    return end;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function* contents(client: pg.Client, options: WriteBackupOptions, end: BackupEnd) {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const migrations = (await appliedMigrations(client)).sort();
  const scripts = await migrationScripts();
  const tables = await ownTables(
    client,
    migrations.map((name) => scripts.get(name) ?? ''),
  );
  yield line(await headOf(client, options, migrations));
  for (const head of tables) {
    yield line(head);
    const rows = client.query(copyTo(`COPY ${head.table} (${head.columns.join(', ')}) TO STDOUT`));
    yield* rows as AsyncIterable<Buffer>;
    yield END_OF_ROWS;
    end.tables++;
    end.rows += rows.rowCount ?? 0;
  }
  await client.query('COMMIT');
  yield line(end);
}

async function headOf(
  client: pg.Client,
  { version, files }: WriteBackupOptions,
  migrations: string[],
): Promise<BackupHead> {
  // Sequences know no snapshot: what they tell now is no less than what the rows have.
  const { rows } = await client.query<{ name: string; last: string }>(
    `SELECT format('"%s"."%s"', schemaname, sequencename) AS name, last_value::text AS last FROM pg_sequences
     WHERE last_value IS NOT NULL AND schemaname IN ('public', 'restante')`,
  );
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    restante: version,
    takenAt: new Date().toISOString(),
    migrations,
    sequences: Object.fromEntries(rows.map(({ name, last }) => [name, last])),
    files: Object.fromEntries(Object.entries(files).map(([name, data]) => [name, data.toString('base64')])),
  };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
