import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { within } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { type Login, TestServer } from '../harness/test-server.ts';

const RESTORE = path.resolve(import.meta.dirname, '../../apps/server/dist/restore.js');
/** Backups of small installations, as releases have left them; make-fixture.ts makes one. */
const FIXTURES = (await readdir(import.meta.dirname))
  .filter((name) => name.endsWith('.backup'))
  .map((name) => path.basename(name, '.backup'));

let database: TestDatabase;
let client: pg.Client;
let directory: string;
let server: TestServer;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  directory = await mkdtemp(path.join(tmpdir(), 'restante-upgrade-'));
  server = new TestServer(path.join(directory, 'data'), { DATABASE_URL: database.url });
});

afterEach(async () => {
  await client.end();
  await server.dispose();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

test.each(FIXTURES)(
  'what an installation at %s had is there after an upgrade',
  async (name) => {
    await client.query('DROP SCHEMA public, restante, restante_read CASCADE; CREATE SCHEMA public');
    const file = path.join(import.meta.dirname, name);
    const env = { ...process.env, DATABASE_URL: database.url, RESTANTE_DATA_DIR: server.dataDirectory };
    execFileSync(process.execPath, [RESTORE, `${file}.backup`], { env: { ...env, NODE_OPTIONS: '' } });
    const newest = await client.query('SELECT max(migration_name) AS name FROM _prisma_migrations');
    expect(newest.rows).toEqual([{ name }]);
    // The fixture becomes older from day to day, and its sessions would come to their end.
    await client.query("UPDATE session SET disconnected_at = now(), expires_at = now() + interval '1 day'");
    await server.start();

    const { mqttUsername, password } = JSON.parse(await readFile(`${file}.json`, 'utf8')) as Login;
    const login = { host: server.host, port: server.ports.mqtt, mqttUsername, password };
    const connect = async (clientId: string) => {
      const { client, connack } = await RawClient.connect(login, { clientId });
      expect(connack.sessionPresent).toBe(true);
      return client;
    };
    const sends = await connect('sends');
    const half = { messageId: 7, topic: 'queue/2', payload: 'half', qos: 2, retain: false } as const;
    sends.send({ cmd: 'publish', ...half, dup: true });
    await sends.receive('pubrec');
    sends.send({ cmd: 'pubrel', messageId: 7 });
    await sends.receive('pubcomp');
    await sends.disconnect();

    const waits = await connect('waits');
    expect(sorted(await payloadsOf(waits, 7))).toEqual(
      ['half', ...[1, 2, 3].flatMap((number) => [`queue/1 ${number}`, `queue/2 ${number}`])].sort(),
    );
    expect(sorted(await payloadsOf(await connect('shares'), 3))).toEqual([
      'shared 1',
      'shared 2',
      'shared 3',
    ]);
    const holds = await connect('holds');
    expect(await holds.receive('publish')).toMatchObject({ topic: 'held', dup: true });
    await holds.subscribe(2, 'kept', 0);
    expect(await holds.receive('publish')).toMatchObject({ topic: 'kept', retain: true });
    const tenant = '/tenants/acme';
    expect(await server.api(`${tenant}/roles/quiet`)).toMatchObject({ rules: [{ topicFilter: 'secret/#' }] });
    expect(await server.api(`${tenant}/credentials/device`)).toMatchObject({
      policy: 'long',
      roles: ['quiet'],
    });
  },
  60_000,
);

test('there is something to upgrade from', () => {
  expect(FIXTURES.length).toBeGreaterThan(0);
});

test('a database of a later version is left as it is, and the server ends with 1 and a sentence', async () => {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ('x', 'x', '9999_from_the_future', now(), 1)`,
  );
  await client.query('DELETE FROM tenant');
  await expect(server.start()).rejects.toThrow('The server ended before it listened');
  expect(server.log).toMatch(
    /^The database is newer than this version of Restante: .* 9999_from_the_future\..*$/m,
  );
  expect(await server.stop()).toBe(1);
  // Not even the first administrator, and what a new installation has.
  const { rows } = await client.query(
    'SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM tenant) AS made',
  );
  expect(rows).toEqual([{ made: '0' }]);
}, 60_000);

/** Payloads of so many messages, each acknowledged, behind which nothing comes. */
async function payloadsOf(device: RawClient, count: number): Promise<string[]> {
  const payloads: string[] = [];
  for (let unfinished = count; unfinished > 0;) {
    const packet = await within(`${count} messages`, device.next());
    if (packet?.cmd === 'publish') {
      payloads.push(String(packet.payload));
      if (packet.qos === 1) unfinished--;
      device.send({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId: packet.messageId! });
    } else if (packet?.cmd === 'pubrel') {
      unfinished--;
      device.send({ cmd: 'pubcomp', messageId: packet.messageId! });
    } else {
      throw new Error(`Not a message but ${JSON.stringify(packet)}`);
    }
  }
  expect(await device.takeUntilPingAnswer()).toEqual([]);
  return payloads;
}

function sorted(texts: string[]): string[] {
  return texts.toSorted();
}
