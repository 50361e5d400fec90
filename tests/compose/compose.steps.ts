import { readFile } from 'node:fs/promises';
import path from 'node:path';
import mqtt from 'mqtt';
import { Agent } from 'undici';
import { eventually } from '../harness/eventually.ts';
import type { Login } from '../harness/test-server.ts';
import { expectComplete } from '../durability/expect-complete.ts';
import { MqttjsPublisher } from '../durability/mqttjs-publisher.ts';
import { publishEnd } from '../durability/publish-end.ts';
import { mqttjsDevice, type ReturningDevice } from '../durability/returning-device.ts';
import { DocumentedCommands } from './documented-commands.ts';
import { Stack } from './stack.ts';

const DOCUMENTATION = path.resolve(import.meta.dirname, '../../docs/DOCKER.md');
const TENANT = 'acme';
/** Published around each kill: so many before it, and as many after it. */
const HALF = 1_000;
/** Prometheus asks every 15 seconds. */
const PROMETHEUS_MS = 60_000;

const commands = new DocumentedCommands(DOCUMENTATION);
const figures: string[] = [];
let stack: Stack;
let login: Login;
let administrator: { email: string; password: string };
let publisher: MqttjsPublisher;
let absent: ReturningDevice;

beforeAll(async () => {
  stack = await Stack.prepare();
});

afterAll(async () => {
  await publisher?.close();
  await stack?.dispose();
  process.stdout.write(`\n${figures.join('\n')}\n`);
});

test('the first documented command builds the images and brings everything up', async () => {
  const begin = Date.now();
  await stack.run(commands.take('docker compose up'));
  figures.push(`build and first start: ${secondsSince(begin)} s`);
  await stack.isReady();
  await stack.showsDashboard();
  const [postgres, dashboard] = await Promise.all(
    ['postgres', 'dashboard'].map((name) => stack.startedAt(name)),
  );
  figures.push(
    `first start, from PostgreSQL's container to the dashboard's: ${secondsBetween(postgres, dashboard)} s`,
  );
  for (const image of ['restante/server', 'restante/dashboard'])
    figures.push(`${image}: ${Math.round((await stack.imageSize(`${image}:local`)) / 1e6)} MB`);
});

test('the password of the first administrator is in the log, and logs in to the dashboard', async () => {
  const line = await stack.run(commands.take('docker compose logs'));
  const [, email, password] = /First administrator: (\S+), password (\S+)/.exec(line)!;
  administrator = { email, password };
  const answer = await fetch(`${stack.dashboardUrl}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stack.dashboardUrl },
    body: JSON.stringify(administrator),
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('set-cookie')).toContain('restante.session_token');
});

test('the documented pair of MQTT commands works, with the secret of the example', async () => {
  await stack.run(`${commands.take('mosquitto_sub')} -E`);
  await stack.run(commands.take('mosquitto_pub'));
});

test('a device of a new tenant leaves a persistent session behind', async () => {
  await stack.api('POST', '/tenants', { slug: TENANT, name: 'Acme' });
  const issued = await stack.api<{ mqttUsername: string; password: string }>(
    'POST',
    `/tenants/${TENANT}/credentials`,
    { username: 'device' },
  );
  login = { host: '127.0.0.1', port: stack.ports.RESTANTE_MQTT_PORT, ...issued };
  absent = mqttjsDevice(login, 'absent', 1);
  await absent.subscribeAndLeave();
  publisher = new MqttjsPublisher(login, 'publisher', 1);
});

test.each(['server', 'postgres', 'dashboard'])(
  'the container of %s is killed while messages are published for who is absent',
  async (service) => {
    publisher.progress.release(HALF);
    await eventually('messages are acknowledged', () => publisher.progress.acknowledged > HALF / 2);
    await stack.run(`docker compose kill ${service}`);
    publisher.progress.release(HALF);
    const begin = Date.now();
    await stack.run(`docker compose start ${service}`);
    await stack.isReady();
    await stack.showsDashboard();
    figures.push(`${service} killed, until all is ready again: ${secondsSince(begin)} s`);
    await publisher.progress.finished();
  },
);

test('after down and up everything is still there, in its order', async () => {
  publisher.progress.release(HALF);
  await publisher.progress.finished();
  await stack.run(commands.take('docker compose down'));
  const begin = Date.now();
  await stack.run(commands.take('docker compose up'));
  await stack.isReady();
  figures.push(`up again: ${secondsSince(begin)} s`);
  const { queuedMessages } = await stack.api<{ queuedMessages: number }>(
    'GET',
    `/tenants/${TENANT}/sessions/absent`,
  );
  expect(queuedMessages).toBeGreaterThanOrEqual(publisher.progress.acknowledged);
  await publishEnd(login);
  const { sessionPresent, messages } = await absent.comeBack();
  expect(sessionPresent).toBe(true);
  expectComplete(absent, messages, [publisher]);
});

test('the dashboard answers, and hands MQTT over WebSocket on', async () => {
  const page = await fetch(`${stack.dashboardUrl}/login`);
  expect(await page.text()).toContain('Restante');
  const url = `${stack.dashboardUrl.replace('http', 'ws')}/mqtt`;
  const client = await mqtt.connectAsync(url, { ...asUser(login), reconnectPeriod: 0 });
  await client.endAsync();
});

test('SQL is a command away', async () => {
  expect(await stack.run(commands.take('docker compose exec postgres psql'))).toContain('absent');
});

test('with the profile tls the same is there over TLS, and nobody chooses the address that he comes from', async () => {
  await stack.run(commands.take('mkdir'));
  await stack.run(commands.take('openssl'));
  await stack.run(commands.take('docker compose --profile tls up'));
  const ca = await certificate();
  const url = `https://127.0.0.1:${stack.ports.RESTANTE_HTTPS_PORT}`;
  const dispatcher = new Agent({ connect: { ca } });
  const send = (route: string, options: RequestInit = {}) =>
    fetch(`${url}${route}`, { dispatcher, ...options } as RequestInit);
  expect(await (await send('/login')).text()).toContain('Restante');
  const answer = await send('/api/v1/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, 'x-forwarded-for': '203.0.113.9' },
    body: JSON.stringify(administrator),
  });
  const [cookie] = answer.headers.get('set-cookie')!.split(';');
  const answered = await send('/api/v1/me/logins', { headers: { cookie } });
  const logins = (await answered.json()) as { items: { remoteAddress: string }[] };
  expect(logins.items[0].remoteAddress).toMatch(/^[\d.]+$/);
  expect(logins.items[0].remoteAddress).not.toBe('203.0.113.9');
  await dispatcher.close();

  const options = { ...asUser(login), ca, clientId: 'over-tls', reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${stack.ports.RESTANTE_MQTTS_PORT}`, options);
  await client.endAsync();
  const socket = await mqtt.connectAsync(`${url.replace('https', 'wss')}/mqtt`, options);
  await socket.endAsync();
});

test('a renewed certificate is taken without an end of what is connected', async () => {
  const options = { ...asUser(login), clientId: 'stays', reconnectPeriod: 0 };
  const url = `mqtts://127.0.0.1:${stack.ports.RESTANTE_MQTTS_PORT}`;
  const old = await certificate();
  const client = await mqtt.connectAsync(url, { ...options, ca: old });
  await stack.run(commands.take('openssl'));
  await stack.run(commands.take('docker compose kill -s USR2 proxy'));
  const renewed = await certificate();
  await eventually('the new certificate is shown', async () => {
    const another = await mqtt.connectAsync(url, { ...options, clientId: 'comes', ca: renewed });
    await another.endAsync();
    return true;
  });
  expect(client.connected).toBe(true);
  await client.endAsync();
});

test('with RESTANTE_PROXY_PROTOCOL devices are shown with their own addresses', async () => {
  const proxy = await stack.run('docker compose exec -T proxy hostname -i');
  expect(await addressShown('with-the-address-of-the-proxy')).toBe(proxy.trim());
  await stack.run('docker compose --profile tls up -d --wait', { RESTANTE_PROXY_PROTOCOL: 'true' });
  const proxyNow = await stack.run('docker compose exec -T proxy hostname -i');
  expect(await addressShown('with-its-own-address')).not.toBe(proxyNow.trim());
});

/** How a device that comes over TLS is shown, without the port. */
async function addressShown(clientId: string): Promise<string> {
  const url = `mqtts://127.0.0.1:${stack.ports.RESTANTE_MQTTS_PORT}`;
  const options = { ...asUser(login), clientId, ca: await certificate(), reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(url, options);
  const { remoteAddress } = await stack.api<{ remoteAddress: string }>(
    'GET',
    `/tenants/${TENANT}/sessions/${clientId}`,
  );
  await client.endAsync();
  return remoteAddress.replace(/:\d+$/, '');
}

test('with the profile metrics Prometheus reads what the server tells', async () => {
  await stack.run(commands.take('docker compose --profile metrics up'));
  const query = `http://127.0.0.1:${stack.ports.PROMETHEUS_PORT}/api/v1/query?query=up`;
  await eventually(
    'its target is up',
    async () => {
      const answer = (await (await fetch(query)).json()) as {
        data: { result: { value: [number, string] }[] };
      };
      return answer.data.result.some(({ value: [, isUp] }) => isUp === '1');
    },
    PROMETHEUS_MS,
  );
});

test('the last documented command removes all of it', async () => {
  await stack.run(commands.take('docker compose --profile "*" down -v'));
  await expect(fetch(stack.dashboardUrl)).rejects.toThrow();
});

test('there is no command in the documentation that was not run', () => {
  expect(commands.untaken).toEqual([]);
});

function asUser({ mqttUsername, password }: Login) {
  return { username: mqttUsername, password };
}

function certificate(): Promise<Buffer> {
  return readFile(path.join(stack.certificates, 'restante.pem'));
}

function secondsSince(begin: number): string {
  return ((Date.now() - begin) / 1_000).toFixed(1);
}

function secondsBetween(begin: Date, end: Date): string {
  return ((end.getTime() - begin.getTime()) / 1_000).toFixed(1);
}
