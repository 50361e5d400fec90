import { eventually } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { startTestPostgres, type TestPostgres } from '../harness/test-postgres.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';

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

async function readiness(): Promise<number> {
  return (await fetch(`${server.httpUrl}/readyz`)).status;
}

test.each(['kill9', 'stop'] as const)(
  'while PostgreSQL is away (%s) nothing durable is acknowledged, nothing is lost, and QoS 0 goes on',
  async (leave) => {
    const durable = await RawClient.connect(login, { clientId: `durable-${leave}` });
    await durable.client.subscribe(1, `away/${leave}`, 2);
    await durable.client.drop();
    const { client: live } = await RawClient.connect(login, { clientId: 'live', clean: true });
    await live.subscribe(1, 'live', 0);
    const { client: publisher } = await RawClient.connect(login, { clientId: 'sends', clean: true });

    await postgres[leave]();
    const topic = `away/${leave}`;
    publisher.send({
      cmd: 'publish',
      messageId: 1,
      topic,
      payload: 'one',
      qos: 1,
      dup: false,
      retain: false,
    });
    publisher.send({
      cmd: 'publish',
      messageId: 2,
      topic,
      payload: 'two',
      qos: 2,
      dup: false,
      retain: false,
    });
    publisher.send({ cmd: 'publish', topic: 'live', payload: 'now', qos: 0, dup: false, retain: false });
    expect(String((await live.receive('publish')).payload)).toBe('now');
    await eventually('not ready', async () => (await readiness()) === 503);
    expect(await publisher.takeUntilPingAnswer()).toEqual([]);

    await postgres.start();
    expect((await publisher.receive('puback')).messageId).toBe(1);
    expect((await publisher.receive('pubrec')).messageId).toBe(2);
    await eventually('ready', async () => (await readiness()) === 200);
    const { client: returned } = await eventually('the session is back', () =>
      RawClient.connect(login, { clientId: `durable-${leave}` }),
    );
    expect(String((await returned.receive('publish')).payload)).toBe('one');
    expect(String((await returned.receive('publish')).payload)).toBe('two');
    expect(await returned.takeUntilPingAnswer()).toEqual([]);
    for (const client of [live, publisher, returned]) await client.drop();
  },
  60_000,
);
