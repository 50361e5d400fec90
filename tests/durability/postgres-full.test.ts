import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { eventually } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { startTestPostgres, type TestPostgres } from '../harness/test-postgres.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';

const MESSAGES = 40;
const PAYLOAD_BYTES = 200_000;
const DISK = 'size=160m,mode=0755';

let postgres: TestPostgres;
let server: TestServer;
let login: Login;

async function start(directory?: string): Promise<void> {
  // Small, so that it fits on a small disk.
  const settings = { shared_buffers: '16MB', min_wal_size: '32MB', max_wal_size: '64MB' };
  postgres = await startTestPostgres({ directory, settings });
  server = await startServer({ env: { DATABASE_URL: postgres.url } });
  await server.createTenant('acme');
  login = await server.createCredential('acme', 'device');
}

afterEach(async () => {
  await server.dispose();
  await postgres.dispose();
});

async function query(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  // PostgreSQL may end while it is asked.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const payload = (number: number) => `${number}:`.padEnd(PAYLOAD_BYTES, '.');

/**
 * Publishes to an absent device while there is no space: nothing is acknowledged, and the broker says why. When there
 * is space again everything is, and the device gets all of it once.
 */
async function expectHeld(takeSpace: () => Promise<void>, giveSpace: () => Promise<void>): Promise<void> {
  const { client: device } = await RawClient.connect(login, { clientId: 'absent' });
  await device.subscribe(1, 'kept', 1);
  await device.drop();
  const { client: publisher } = await RawClient.connect(login, { clientId: 'sends', clean: true });
  await takeSpace();
  for (let messageId = 1; messageId <= MESSAGES; messageId++)
    publisher.send({
      cmd: 'publish',
      messageId,
      topic: 'kept',
      payload: payload(messageId),
      qos: 1,
      dup: false,
      retain: false,
    });
  await eventually('not ready', async () => (await fetch(`${server.httpUrl}/readyz`)).status === 503);
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);

  await giveSpace();
  for (let messageId = 1; messageId <= MESSAGES; messageId++)
    expect((await publisher.receive('puback', 40_000)).messageId).toBe(messageId);
  await eventually('ready', async () => (await fetch(`${server.httpUrl}/readyz`)).status === 200);
  const { client: returned } = await RawClient.connect(login, { clientId: 'absent' });
  for (let number = 1; number <= MESSAGES; number++) {
    const { messageId, payload: received } = await returned.receive('publish');
    expect(String(received) === payload(number)).toBe(true);
    returned.send({ cmd: 'puback', messageId });
  }
  expect(await returned.takeUntilPingAnswer()).toEqual([]);
  for (const client of [publisher, returned]) await client.drop();
  expect(server.isRunning).toBe(true);
}

test('PostgreSQL says that it has no space (53100): publishers wait until it has', async () => {
  await start();
  await expectHeld(
    () =>
      query(`
        CREATE FUNCTION no_space() RETURNS TRIGGER LANGUAGE plpgsql AS $$
          BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON segment EXECUTE FUNCTION no_space()`),
    () => query('DROP TRIGGER full_disk ON segment'),
  );
}, 90_000);

// A small file system can be mounted by root on Linux; elsewhere the test above is what shows it.
if (mayMount()) {
  test('the disk of PostgreSQL is full, so that it cannot even write its log: publishers wait until it has space', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'restante-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', DISK, 'tmpfs', directory]);
    const filler = path.join(directory, 'filler');
    try {
      await start(directory);
      await expectHeld(
        async () => {
          fill(filler);
          // Needs a new file for the log, which there is no space for: PostgreSQL ends, and does so at every start.
          await query('SELECT pg_switch_wal(); CREATE TABLE more AS SELECT 1').catch(() => undefined);
        },
        () => Promise.resolve(rmSync(filler)),
      );
    } finally {
      await server.dispose();
      await postgres.stop();
      execFileSync('umount', ['-l', directory]);
    }
  }, 120_000);
}

/** Writes until nothing more fits. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  for (const size of [1024 * 1024, 4_096]) {
    const piece = Buffer.alloc(size);
    try {
      for (;;) writeSync(handle, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  fsyncSync(handle);
  closeSync(handle);
}

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const directory = mkdtempSync(path.join(tmpdir(), 'restante-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
