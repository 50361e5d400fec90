import type { IConnackPacket } from 'mqtt-packet';
import { RawClient } from '../harness/raw-client.ts';
import { type StartedServer, startServerWithTenant } from './started-server.ts';

/** What tells "not yet" from "over" here; the broker's clock is the test's. */
const EXPIRY_SECONDS = 2;
const MARGIN_MS = 150;

let started: StartedServer;

beforeAll(async () => {
  started = await startServerWithTenant({
    sessionExpirySeconds: EXPIRY_SECONDS,
    maxSessionExpirySeconds: 100,
  });
}, 60_000);

afterAll(() => started.dispose());

interface Connected {
  client: RawClient;
  connack: IConnackPacket;
}

/** With an interval: as 5.0 client; without: as 3.1.1 client with clean session = 0. */
function connect(clientId: string, sessionExpiryInterval?: number): Promise<Connected> {
  if (sessionExpiryInterval === undefined) return RawClient.connect(started.login, { clientId });
  return RawClient.connect(started.login, {
    clientId,
    protocolVersion: 5,
    properties: { sessionExpiryInterval },
  });
}

async function isPresent(clientId: string, sessionExpiryInterval?: number): Promise<boolean> {
  return (await connect(clientId, sessionExpiryInterval)).connack.sessionPresent;
}

/**
 * The end of a connection is not acknowledged, so a kill may come before it is stored. CONNACK of a session that is
 * kept is: what the broker knew before is on disk with it.
 */
async function broughtToDisk(what: string): Promise<void> {
  await (await connect(`after ${what}`, 100)).client.drop();
}

/** The oldest first. */
async function historyOf(clientId: string): Promise<object[]> {
  const session = encodeURIComponent(clientId);
  const { items } = await started.server.api<{ items: object[] }>(`/tenants/acme/sessions/${session}/events`);
  return items.toReversed();
}

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time - Date.now()));
}

test.each([
  { version: '5.0, by its interval', interval: EXPIRY_SECONDS },
  { version: "3.1.1, by the policy's default", interval: undefined },
])(
  'a session ($version) lasts as long as it says, and not a moment longer',
  async ({ version, interval }) => {
    for (const clientId of ['early', 'late'])
      await (await connect(`${clientId} ${version}`, interval)).client.drop();
    const ended = Date.now();
    await until(ended + EXPIRY_SECONDS * 1_000 - 500);
    expect(await isPresent(`early ${version}`, interval)).toBe(true);
    await until(ended + EXPIRY_SECONDS * 1_000 + MARGIN_MS);
    expect(await isPresent(`late ${version}`, interval)).toBe(false);
  },
);

test('time goes on while the broker is down', async () => {
  await (await connect('short', EXPIRY_SECONDS)).client.drop();
  await (await connect('short 3.1.1')).client.drop();
  await (await connect('long', 100)).client.drop();
  const ended = Date.now();
  await broughtToDisk('sessions that went');
  await started.server.kill9();
  await until(ended + EXPIRY_SECONDS * 1_000 + MARGIN_MS);
  await started.server.start();
  expect(await isPresent('short', EXPIRY_SECONDS)).toBe(false);
  expect(await isPresent('short 3.1.1')).toBe(false);
  expect(await isPresent('long', 100)).toBe(true);
}, 60_000);

test('a session that a kill found online expires too, and its history says what became of the connection', async () => {
  await connect('online', EXPIRY_SECONDS);
  await connect('online back', 100);
  expect(await historyOf('online back')).toMatchObject([{ kind: 'connected' }]);
  await started.server.kill9();
  await started.server.start();
  const back = Date.now();
  expect(await isPresent('online back', 100)).toBe(true);
  expect(await historyOf('online back')).toMatchObject([
    { kind: 'connected', sessionPresent: false },
    { kind: 'disconnected', by: 'server', reason: 'The server ended without closing the connection' },
    { kind: 'connected', sessionPresent: true },
  ]);
  await until(back + EXPIRY_SECONDS * 1_000 + MARGIN_MS);
  expect(await isPresent('online', EXPIRY_SECONDS)).toBe(false);
}, 60_000);

test('a session that ends with its connection does not come back after a kill', async () => {
  await connect('for the moment', 0);
  const { client } = await RawClient.connect(started.login, { clientId: 'clean', clean: true });
  await client.subscribe(1, 'a', 1);
  await started.server.kill9();
  await started.server.start();
  expect(await isPresent('for the moment', 100)).toBe(false);
  expect(await isPresent('clean')).toBe(false);
}, 60_000);

test("an interval above the policy's cap is lowered, told, and kept to", async () => {
  const { connack } = await connect('greedy', 4_000_000_000);
  expect(connack.properties?.sessionExpiryInterval).toBe(100);
  const session = await started.server.api<{ sessionExpirySeconds: number }>('/tenants/acme/sessions/greedy');
  expect(session.sessionExpirySeconds).toBe(100);
});

test('the interval that DISCONNECT brings is the one that counts', async () => {
  const { client } = await connect('leaves sooner', 100);
  client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: EXPIRY_SECONDS } });
  await client.closed();
  const ended = Date.now();
  await broughtToDisk('the interval');
  await started.server.kill9();
  await started.server.start();
  await until(ended + EXPIRY_SECONDS * 1_000 + MARGIN_MS);
  expect(await isPresent('leaves sooner', 100)).toBe(false);
}, 60_000);

test('a server that is told to stop says so in the histories of who was connected', async () => {
  await connect('stopped', 100);
  await started.server.restart();
  expect(await historyOf('stopped')).toMatchObject([
    { kind: 'connected' },
    { kind: 'disconnected', by: 'server', reasonCode: 0x8b, reason: 'The server is shutting down' },
  ]);
}, 60_000);
