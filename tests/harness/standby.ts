import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { eventually } from './eventually.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

/** Of the server process, or of the place: a copy must not have it. */
const NOT_COPIED = ['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot'];

/**
 * A hot standby of `primary`, whose commits wait for it from now on. Made as PostgreSQL's manual says under "Making a
 * Base Backup Using the Low Level API", since npm's binaries have no pg_basebackup.
 */
export async function startStandby(primary: TestPostgres): Promise<TestPostgres> {
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-standby-'));
  const data = path.join(directory, 'postgres');
  const client = new pg.Client({ connectionString: primary.url });
  await client.connect();
  try {
    await client.query("SELECT pg_backup_start('standby', true)");
    // With its owner, who may be another than the one who runs the tests.
    execFileSync('cp', ['-a', path.join(primary.directory, 'postgres'), data]);
    for (const name of NOT_COPIED) await rm(path.join(data, name), { recursive: true, force: true });
    for (const name of ['pg_wal', 'pg_replslot']) await mkdir(path.join(data, name), { mode: 0o700 });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await writeFile(path.join(data, 'backup_label'), rows[0].labelfile);
    await writeFile(path.join(data, 'standby.signal'), '');
    await appendFile(path.join(data, 'postgresql.auto.conf'), connectionTo(primary));
    const password = await readFile(path.join(primary.directory, 'postgres-password'));
    await writeFile(path.join(directory, 'postgres-password'), password, { mode: 0o600 });
    const standby = await startTestPostgres({ directory });
    await client.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await client.query('SELECT pg_reload_conf()');
    await eventually('the standby follows', async () => {
      const following = await client.query("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'");
      return following.rowCount === 1;
    });
    return standby;
  } finally {
    await client.end();
  }
}

function connectionTo({ url }: TestPostgres): string {
  const { hostname, port, username, password } = new URL(url);
  return `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`;
}
