import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { appliedMigrations, migrate, migrationScripts } from '../migrate.ts';
import { BackupError, type BackupHead, BackupReader } from './backup-file.ts';
import { ownTables } from './own-tables.ts';

/**
 * Makes the tables as they were when the backup was made, and fills them, in one transaction. Later migrations are left
 * to the server's next start.
 *
 * @param file one that `checkBackup` has read to its end
 * @throws BackupError when the database is of a Restante already; MigrationError when the backup is newer than this build
 */
export async function restoreBackup(databaseUrl: string, file: string): Promise<BackupHead> {
  const reader = new BackupReader(file);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'restante restore' });
  // A connection that breaks: what is under way fails by it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    if ((await appliedMigrations(client)).length > 0)
      throw new BackupError('The database is of a Restante already: a backup is restored into an empty one.');
    const head = await reader.head();
    await migrate(databaseUrl, head.migrations);
    await client.query('BEGIN');
    await fill(client, head, reader);
    await client.query('COMMIT');
    await client.query('ANALYZE');
    return head;
  } finally {
    reader.close();
    await client.end();
  }
}

async function fill(client: pg.Client, head: BackupHead, reader: BackupReader): Promise<void> {
  const scripts = [...(await migrationScripts()).values()];
  const tables = (await ownTables(client, scripts)).map(({ table }) => table);
  // Some have rows from the beginning.
  await client.query(`TRUNCATE ${tables.join(', ')}`);
  for (let next = await reader.next(); !('end' in next); next = await reader.next()) {
    const { table, columns } = next;
    const rows = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
    await pipeline(Readable.from(reader.rows()), rows);
  }
  for (const [name, last] of Object.entries(head.sequences))
    await client.query('SELECT setval($1::regclass, $2::bigint)', [name, last]);
}
