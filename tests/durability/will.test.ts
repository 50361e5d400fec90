import { RawClient } from '../harness/raw-client.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

let started: StartedServer;

beforeAll(async () => {
  started = await startServerWithTenant();
}, 60_000);

afterAll(() => started.dispose());

async function subscribe(clientId: string, topic: string): Promise<void> {
  const { client } = await RawClient.connect(started.login, { clientId });
  await client.subscribe(1, topic, 1);
  await client.disconnect();
}

async function connectWithWill(
  clientId: string,
  topic: string,
  willDelayInterval: number,
): Promise<RawClient> {
  const will = { topic, payload: 'gone', qos: 1 as const, properties: { willDelayInterval } };
  const properties = { sessionExpiryInterval: 100 };
  return (await RawClient.connect(started.login, { clientId, protocolVersion: 5, properties, will })).client;
}

async function killAndStart(): Promise<void> {
  await started.server.kill9();
  await started.server.start();
}

test('the will of a client whose connection ended with the broker is published', async () => {
  await subscribe('watches', 'will/a');
  await connectWithWill('dies', 'will/a', 1);
  await killAndStart();
  const { client, connack } = await RawClient.connect(started.login, { clientId: 'watches' });
  expect(connack.sessionPresent).toBe(true);
  expect(String((await client.receive('publish')).payload)).toBe('gone');
  expect(await client.takeUntilPingAnswer()).toEqual([]);
});

test('the will of a client that comes back within its delay is not', async () => {
  await subscribe('watches too', 'will/b');
  await connectWithWill('returns', 'will/b', 2);
  await killAndStart();
  const returned = await connectWithWill('returns', 'will/b', 2);
  const wasDueAt = Date.now() + 2_300;
  await new Promise((resolve) => setTimeout(resolve, wasDueAt - Date.now()));
  // Once it leaves in order it has no will either.
  await returned.disconnect();
  const { client } = await RawClient.connect(started.login, { clientId: 'watches too' });
  expect(await client.takeUntilPingAnswer()).toEqual([]);
});
