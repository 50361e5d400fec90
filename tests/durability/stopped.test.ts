import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { eventually, within } from '../harness/eventually.ts';
import { RawClient } from '../harness/raw-client.ts';
import { startTestPostgres } from '../harness/test-postgres.ts';
import { type Login, startServer, type TestServer } from '../harness/test-server.ts';
import { expectComplete } from './expect-complete.ts';
import { MqttjsPublisher } from './mqttjs-publisher.ts';
import { PahoPublisher } from './paho-device.ts';
import { publishEnd } from './publish-end.ts';
import { RawPublisher } from './raw-publisher.ts';
import { mqttjsDevice, pahoDevice } from './returning-device.ts';

const STOPS = 2;
const SHARE = 300;
const DEADLINE_MS = 30_000;

let database: TestDatabase;
let server: TestServer;
let login: Login;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer({
    env: { DATABASE_URL: database.url, RESTANTE_SERVER_REFERENCE: 'other.example:1883' },
  });
  await server.createTenant('acme');
  login = await server.createCredential('acme', 'fleet', { maxQueuedMessages: 100_000 });
}, 60_000);

afterAll(async () => {
  await server.dispose();
  await database.drop();
});

test('stopped under load, again and again, it ends with 0 in time and loses nothing that it acknowledged', async () => {
  const devices = [mqttjsDevice(login, 'receives-1', 1), pahoDevice(login, 'receives-2', 2)];
  for (const device of devices) await device.subscribeAndLeave();
  const publishers = ([1, 2] as const).flatMap((qos) => [
    new RawPublisher(login, `raw-sends-${qos}`, qos),
    new MqttjsPublisher(login, `mqttjs-sends-${qos}`, qos),
    new PahoPublisher(login, `paho-sends-${qos}`, qos),
  ]);
  const acknowledged = () => publishers.reduce((sum, { progress }) => sum + progress.acknowledged, 0);
  let stopsAtWork = 0;
  for (let stop = 0; stop < STOPS; stop++) {
    for (const { progress } of publishers) progress.release(SHARE);
    const due = acknowledged() + SHARE;
    await eventually(`${due} are acknowledged`, () => acknowledged() >= due);
    if (publishers.some(({ progress }) => progress.acknowledged < progress.released)) stopsAtWork++;
    const begun = Date.now();
    expect({ code: await server.stop(), log: server.log }).toMatchObject({ code: 0 });
    expect(Date.now() - begun).toBeLessThan(DEADLINE_MS);
    await server.start();
  }
  await within('all is acknowledged', Promise.all(publishers.map(({ progress }) => progress.finished())));
  await Promise.all(publishers.map((publisher) => publisher.close()));
  // Else the stops would have shown nothing.
  expect(stopsAtWork).toBeGreaterThan(0);
  await publishEnd(login);
  for (const device of devices) expectComplete(device, (await device.comeBack()).messages, publishers);
}, 120_000);

test('clients get the answers to what was read, then are told where to go; a will is published, a request is answered', async () => {
  const watcher = await RawClient.connect(login, { clientId: 'watches' });
  await watcher.client.subscribe(1, 'told/#', 1);
  await watcher.client.disconnect();
  const { client } = await RawClient.connect(login, {
    clientId: 'sends',
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 100 },
    will: { topic: 'told/will', payload: 'gone', qos: 1 },
  });
  const webSocket = await overWebSocket();
  const request = await halfARequest();
  for (let messageId = 1; messageId <= 50; messageId++)
    client.send({ cmd: 'publish', topic: `told/${messageId}`, ...publish(messageId) });
  expect(await client.receive('puback')).toMatchObject({ messageId: 1 });
  const stopped = server.stop();
  await eventually('nobody else is let in', async () => {
    const { status } = await fetch(`${server.httpUrl}/readyz`);
    return status === 503 && isRefused(server.ports.mqtt);
  });
  request.end('"slug":"late"}');
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(response.statusCode).toBe(201);
  const closed = (await within('1001', once(webSocket, 'close'))) as [{ code: number }];
  expect(closed[0].code).toBe(1001);
  const answers = await allOf(client);
  expect(answers.pop()).toMatchObject({
    cmd: 'disconnect',
    reasonCode: 0x9c,
    properties: { serverReference: 'other.example:1883' },
  });
  expect(answers.map((packet) => packet.cmd)).toEqual(Array(answers.length).fill('puback'));
  expect(await stopped).toBe(0);

  await server.start();
  const { client: returned } = await RawClient.connect(login, { clientId: 'watches' });
  const topics: string[] = [];
  while (topics.at(-1) !== 'told/will') topics.push((await returned.receive('publish')).topic);
  const acknowledged = answers.map((packet) => `told/${packet.messageId}`);
  expect(topics).toEqual(expect.arrayContaining(['told/1', ...acknowledged]));
  await returned.drop();
}, 60_000);

test('while PostgreSQL is away it ends in time all the same, or at once when told twice: with 1 and a sentence', async () => {
  const postgres = await startTestPostgres();
  const stuck = await startServer({ env: { DATABASE_URL: postgres.url, RESTANTE_SHUTDOWN_SECONDS: '2' } });
  await stuck.createTenant('acme');
  const there = await stuck.createCredential('acme', 'device');
  const leaveUnwritten = async () => {
    const { client } = await RawClient.connect(there, { clientId: 'stuck' });
    await client.subscribe(1, 'stuck', 1);
    await postgres.stop();
    client.send({ cmd: 'publish', topic: 'stuck', ...publish(1) });
    await eventually('not ready', async () => (await fetch(`${stuck.httpUrl}/readyz`)).status === 503);
  };
  await leaveUnwritten();
  expect(await stuck.stop()).toBe(1);
  expect(stuck.log).toContain('The database did not take everything before the deadline');
  expect(stuck.log).toMatch(/^Restante stopped, but not all of it as it should/m);

  await postgres.start();
  await stuck.start();
  await leaveUnwritten();
  const stops = () => stuck.log.split('The server stops').length - 1;
  const before = stops();
  const stopped = stuck.stop();
  await eventually('it stops', () => stops() > before);
  process.kill(stuck.pid, 'SIGTERM');
  expect(await stopped).toBe(1);
  expect(stuck.log).toMatch(/^Restante was told twice to stop/m);
  await stuck.dispose();
  await postgres.dispose();
}, 60_000);

test('a collector of traces that takes none does not keep it from its end', async () => {
  const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const traced = await startServer({
    env: {
      RESTANTE_TRACE_RATIO: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as net.AddressInfo).port}`,
      RESTANTE_SHUTDOWN_SECONDS: '8',
    },
  });
  await traced.createTenant('acme');
  const { client } = await RawClient.connect(await traced.createCredential('acme', 'device'), {
    clientId: 'traced',
  });
  client.send({ cmd: 'publish', topic: 'traced', ...publish(1) });
  await client.receive('puback');
  expect(await traced.stop()).toBe(0);
  expect(traced.log).toContain('The last traces are lost');
  await traced.dispose();
  silent.close();
}, 60_000);

function publish(messageId: number) {
  return { messageId, payload: 'x', qos: 1 as const, dup: false, retain: false };
}

/** What comes until the connection ends. */
async function allOf(client: RawClient): Promise<(Packet & { messageId?: number })[]> {
  const packets: Packet[] = [];
  for (let packet = await client.next(); packet !== null; packet = await client.next()) packets.push(packet);
  return packets;
}

async function overWebSocket(): Promise<EventTarget> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${server.ports.http}/mqtt`, 'mqtt');
  await new Promise((resolve) => webSocket.addEventListener('open', resolve, { once: true }));
  const { mqttUsername: username, password } = login;
  const connected = new Promise((resolve) => webSocket.addEventListener('message', resolve, { once: true }));
  const fields = {
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: 'web',
    clean: true,
    keepalive: 0,
  } as const;
  webSocket.send(
    new Uint8Array(
      mqttPacket.generate({ cmd: 'connect', ...fields, username, password: Buffer.from(password) }),
    ),
  );
  await within('CONNACK', connected);
  return webSocket;
}

/** One whose body is not at its end, and that the server has begun to read. */
async function halfARequest(): Promise<http.ClientRequest> {
  const request = http.request({
    port: server.ports.http,
    method: 'POST',
    path: '/api/v1/tenants',
    headers: {
      authorization: 'Bearer the-key-of-the-tests',
      'content-type': 'application/json',
      expect: '100-continue',
    },
  });
  request.flushHeaders();
  await within('100 Continue', once(request, 'continue'));
  request.write('{');
  return request;
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
    socket.once('connect', () => socket.destroy());
  });
}
