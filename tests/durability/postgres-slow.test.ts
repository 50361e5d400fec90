import type { Packet } from 'mqtt-packet';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { RawClient } from '../harness/raw-client.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';

const MESSAGES = 5_000;

let database: TestDatabase;
let server: TestServer;
let login: Login;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer({ env: { DATABASE_URL: database.url } });
  await server.createTenant('acme');
  login = await server.createCredential('acme', 'device', { receiveMaximum: MESSAGES });
}, 60_000);

afterAll(async () => {
  await server.dispose();
  await database.drop();
});

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** From now on each commit of a batch takes so long, at its very end. */
async function slowDown(seconds: number): Promise<void> {
  await query(`
    CREATE OR REPLACE FUNCTION wait_at_commit() RETURNS TRIGGER LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END $$;
    DROP TRIGGER IF EXISTS slow ON writer;
    CREATE CONSTRAINT TRIGGER slow AFTER UPDATE OF last_batch ON writer DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait_at_commit()`);
}

async function batches(): Promise<number> {
  const [{ last_batch }] = await query<{ last_batch: string }>('SELECT last_batch FROM writer');
  return Number(last_batch);
}

function publish(client: RawClient, number: number, topic = 'slow', qos: 0 | 1 = 1): void {
  const packet = { cmd: 'publish', topic, payload: `message ${number}`, qos, dup: false, retain: false };
  client.send({ ...packet, messageId: qos === 0 ? undefined : number } as Packet);
}

async function anAbsentDevice(clientId: string, topic: string): Promise<void> {
  const { client } = await RawClient.connect(login, { clientId });
  await client.subscribe(1, topic, 1);
  await client.drop();
}

test('a commit takes 2 s: only what must be durable waits for it', async () => {
  await anAbsentDevice('waits', 'slow');
  const { client: live } = await RawClient.connect(login, { clientId: 'live', clean: true });
  await live.subscribe(1, 'live', 0);
  const { client: publisher } = await RawClient.connect(login, { clientId: 'sends', clean: true });
  await slowDown(2);
  publish(publisher, 1);
  publish(publisher, 2, 'live', 0);
  expect(String((await live.receive('publish')).payload)).toBe('message 2');
  expect(await live.takeUntilPingAnswer()).toEqual([]);
  expect(await publisher.takeUntilPingAnswer()).toEqual([]);
  expect((await publisher.receive('puback')).messageId).toBe(1);
  await slowDown(0);
  for (const client of [live, publisher]) await client.drop();
}, 60_000);

test('a commit takes 200 ms: batches grow, nothing is missing', async () => {
  await anAbsentDevice('absent', 'many');
  const { client: publisher } = await RawClient.connect(login, { clientId: 'sends', clean: true });
  await slowDown(0.2);
  const before = await batches();
  for (let number = 1; number <= MESSAGES; number++) publish(publisher, number, 'many');
  for (let number = 1; number <= MESSAGES; number++)
    expect((await publisher.receive('puback')).messageId).toBe(number);
  expect((await batches()) - before).toBeLessThan(50);
  await slowDown(0);
  const { client: returned } = await RawClient.connect(login, { clientId: 'absent' });
  for (let number = 1; number <= MESSAGES; number++) {
    const { payload, messageId } = await returned.receive('publish');
    expect(String(payload)).toBe(`message ${number}`);
    returned.send({ cmd: 'puback', messageId });
  }
  for (const client of [publisher, returned]) await client.drop();
}, 60_000);
