import { eventually, within } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { startTestPostgres, type TestPostgres } from '../harness/test-postgres.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';
import { expectComplete } from './expect-complete.ts';
import { publishEnd } from './publish-end.ts';
import { RawPublisher } from './raw-publisher.ts';
import { mqttjsDevice } from './returning-device.ts';

/** How long the database is away is what is shown here. */
const AWAY_MS = 30_000;
const MESSAGES = 3_000;

let postgres: TestPostgres;
let server: TestServer;
let login: Login;

beforeAll(async () => {
  postgres = await startTestPostgres();
  server = await startServer({ env: { DATABASE_URL: postgres.url } });
  await server.createTenant('acme');
  login = await server.createCredential('acme', 'device');
}, 60_000);

afterAll(async () => {
  await server.dispose();
  await postgres.dispose();
});

/** Messages with QoS 0 go from one client to another, one after the other, until `end`; how many did. */
async function talk(end: number): Promise<number> {
  const { client: hears } = await RawClient.connect(login, { clientId: 'hears', clean: true });
  await hears.subscribe(1, 'live', 0);
  const { client: says } = await RawClient.connect(login, { clientId: 'says', clean: true });
  await postgres.kill9();
  let count = 0;
  for (; Date.now() < end || count === 0; count++) {
    const payload = `message ${count}`;
    says.send({ cmd: 'publish', topic: 'live', payload, qos: 0, dup: false, retain: false });
    expect(String((await hears.receive('publish')).payload)).toBe(payload);
  }
  for (const client of [says, hears]) await client.drop();
  return count;
}

test('PostgreSQL is away for 30 s: nothing is acknowledged, QoS 0 goes on, and then nothing is missing', async () => {
  const device = mqttjsDevice(login, 'absent', 2);
  await device.subscribeAndLeave();
  const publishers = ([1, 2] as const).map((qos) => new RawPublisher(login, `sends-${qos}`, qos));
  for (const { progress } of publishers) progress.release(1);
  await Promise.all(publishers.map(({ progress }) => progress.finished()));

  const talking = talk(Date.now() + AWAY_MS);
  await eventually('not ready', async () => (await fetch(`${server.httpUrl}/readyz`)).status === 503);
  const before = publishers.map(({ progress }) => progress.acknowledged);
  for (const { progress } of publishers) progress.release(MESSAGES);
  const refused = RawClient.connect(login, { clientId: 'new' });
  // Server unavailable, in the words of 3.1.1.
  await expect(refused).rejects.toThrow('CONNACK with code 0x3');
  expect(await talking).toBeGreaterThan(0);
  expect(publishers.map(({ progress }) => progress.acknowledged)).toEqual(before);

  await postgres.start();
  const finished = Promise.all(publishers.map(({ progress }) => progress.finished()));
  await within('everything is acknowledged', finished, 60_000);
  await Promise.all(publishers.map((publisher) => publisher.close()));
  await publishEnd(login);
  const { sessionPresent, messages } = await device.comeBack();
  expect(sessionPresent).toBe(true);
  expectComplete(device, messages, publishers);
}, 150_000);
