import pg from 'pg';
import { eventually, within } from '../harness/eventually.ts';
import { startStandby } from '../harness/standby.ts';
import { RawClient } from '../harness/raw-client.ts';
import { SwitchingProxy } from '../harness/switching-proxy.ts';
import { startTestPostgres, type TestPostgres } from '../harness/test-postgres.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';
import { expectComplete } from './expect-complete.ts';
import { publishEnd } from './publish-end.ts';
import { RawPublisher } from './raw-publisher.ts';
import { mqttjsDevice } from './returning-device.ts';

const MESSAGES = 3_000;

let primary: TestPostgres;
let standby: TestPostgres;
let proxy: SwitchingProxy;
let server: TestServer;
let login: Login;

beforeAll(async () => {
  primary = await startTestPostgres();
  standby = await startStandby(primary);
  proxy = await SwitchingProxy.start(primary.port);
  const url = new URL(primary.url);
  url.port = String(proxy.port);
  server = await startServer({ env: { DATABASE_URL: url.href } });
  await server.createTenant('acme');
  login = await server.createCredential('acme', 'device');
}, 90_000);

afterAll(async () => {
  await server.dispose();
  await proxy.stop();
  await standby.dispose();
  await primary.dispose();
});

async function execute({ url }: TestPostgres, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function readiness(): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.httpUrl}/readyz`);
  return { status: response.status, text: await response.text() };
}

test('the primary dies and its standby takes over: nothing acknowledged is lost, nothing comes twice', async () => {
  // The standby gets everything on its disk from here on and shows nothing of it: it lags behind as far as it can.
  await execute(standby, 'SELECT pg_wal_replay_pause()');
  const device = mqttjsDevice(login, 'absent', 2);
  await device.subscribeAndLeave();
  const publishers = ([1, 2] as const).map((qos) => new RawPublisher(login, `sends-${qos}`, qos));
  const acknowledged = () => publishers.reduce((sum, { progress }) => sum + progress.acknowledged, 0);
  for (const { progress } of publishers) progress.release(MESSAGES);
  await eventually('some are acknowledged', () => acknowledged() > 500);
  await primary.kill9();
  expect(acknowledged()).toBeLessThan(2 * MESSAGES);

  // There already, and not yet the primary: it refuses to write.
  proxy.switchTo(standby.port);
  await eventually('the standby refuses', async () => {
    const { status, text } = await readiness();
    return status === 503 && text.includes('read-only');
  });
  // Not: that there is no such session.
  await expect(RawClient.connect(login, { clientId: 'absent' })).rejects.toThrow('CONNACK with code 0x3');
  await execute(standby, 'SELECT pg_promote(true)');
  const finished = Promise.all(publishers.map(({ progress }) => progress.finished()));
  await within('everything is acknowledged', finished, 60_000);
  await eventually('ready', async () => (await readiness()).status === 200);
  await Promise.all(publishers.map((publisher) => publisher.close()));
  await publishEnd(login);
  const { sessionPresent, messages } = await device.comeBack();
  expect(sessionPresent).toBe(true);
  expectComplete(device, messages, publishers);
}, 120_000);
