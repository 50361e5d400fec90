import { RawClient } from './raw-client.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { startServer, type TestServer } from './test-server.ts';

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer({ env: { DATABASE_URL: database.url } });
}, 60_000);

afterAll(async () => {
  await server.dispose();
  await database.drop();
});

test('a device connects, also after the server was killed and started again on the same port', async () => {
  await server.createTenant('acme');
  const login = await server.createCredential('acme', 'device');
  const { connack } = await RawClient.connect(login, { clientId: 'pump' });
  expect(connack.sessionPresent).toBe(false);
  await server.kill9();
  await server.start();
  expect(server.ports.mqtt).toBe(login.port);
  const { client, connack: second } = await RawClient.connect(login, { clientId: 'pump' });
  expect(second.sessionPresent).toBe(true);
  expect(await client.takeUntilPingAnswer()).toEqual([]);
  expect(await server.stop()).toBe(0);
});
