import 'reflect-metadata';
import mqtt, { type MqttClient } from 'mqtt';
import { ScramClient } from '../../../../../tests/conformance/scram-client.ts';
import { type RunningServer, startServer } from '../../../testing/running-server.ts';
import { verified, WebhookReceiver } from '../../../testing/webhook-receiver.ts';

/** Each event as it comes from a real client to a real receiver, through the whole server. */

let server: RunningServer;
let receiver: WebhookReceiver;
let secret: string;
beforeAll(async () => {
  server = await startServer({ RESTANTE_ALLOW_PRIVATE_ADDRESSES: 'true' });
  receiver = await WebhookReceiver.start();
  await tenant('acme');
  await tenant('other');
  const events = ['client.connected', 'client.disconnected', 'session.expired', 'queue.filling'];
  events.push('queue.full', 'message.queued', 'quota.reached', 'login.failed');
  ({ secret } = await api('POST', '/tenants/acme/webhooks', { url: receiver.url, events }));
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
});

const passwords = new Map<string, string>();

async function api(method: string, url: string, body?: object) {
  const { status, body: answer } = await server.api(method, url, body);
  if (status >= 400) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return answer;
}

async function tenant(slug: string): Promise<void> {
  await api('POST', '/tenants', { slug });
  const { password } = await api('POST', `/tenants/${slug}/credentials`, { username: 'device' });
  passwords.set(slug, password);
}

function connect(clientId: string, options: object = {}, slug = 'acme'): Promise<MqttClient> {
  return server.connect(`${slug}:device`, passwords.get(slug)!, {
    ...{ clientId, clean: false, protocolVersion: 5, properties: { sessionExpiryInterval: 3_600 } },
    ...options,
  });
}

async function absent(clientId: string, options: object = {}): Promise<void> {
  const client = await connect(clientId, options);
  await client.subscribeAsync(`${clientId}/#`, { qos: 1 });
  await client.endAsync();
}

function publish(topic: string) {
  return api('POST', '/tenants/acme/messages', { topic, payload: 'x', qos: 1 });
}

/** What the next event of a kind tells, after its signature is checked. */
async function told(type: string) {
  const request = await receiver.next(type);
  expect(verified(secret, request)).toEqual(request.body);
  const { timestamp, tenant, data } = request.body;
  expect(tenant).toBe('acme');
  expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(30_000);
  return data;
}

test('client.connected and client.disconnected', async () => {
  const client = await connect('device-1');
  expect(await told('client.connected')).toEqual({
    ...{ clientId: 'device-1', username: 'device', protocolVersion: 5, sessionPresent: false },
    remoteAddress: expect.stringContaining('127.0.0.1:'),
  });
  await client.endAsync();
  expect(await told('client.disconnected')).toEqual({
    ...{ clientId: 'device-1', username: 'device', remoteAddress: expect.any(String) },
    ...{ by: 'client', reasonCode: 0, reason: 'The client disconnected', isSessionKept: true },
  });
  await connect('device-1');
  await api('POST', '/tenants/acme/sessions/device-1/disconnect');
  expect(await told('client.disconnected')).toMatchObject({
    ...{ by: 'server', reasonCode: 0x98, reason: 'Disconnected by an administrator' },
  });
});

test('message.queued, queue.filling and queue.full', async () => {
  await api('PATCH', '/tenants/acme/policies/default', { settings: { maxQueuedMessages: 10 } });
  await absent('sleeper');
  await publish('sleeper/1');
  const fill = { queuedMessages: 1, queuedBytes: 10, maxQueuedMessages: 10, maxQueuedBytes: 67_108_864 };
  expect(await told('message.queued')).toEqual({
    ...{ clientId: 'sleeper', username: 'device', messages: 1, topic: 'sleeper/1', ...fill },
  });
  for (let nth = 0; nth < 7; nth++) await publish('sleeper/2');
  const queue = { clientId: 'sleeper', username: 'device', sharedSubscription: null };
  expect(await told('queue.filling')).toMatchObject({ ...queue, percent: 80, queuedMessages: 8 });
  for (let nth = 0; nth < 3; nth++) await publish('sleeper/2');
  expect(await told('queue.full')).toMatchObject({ ...queue, percent: 100, queuedMessages: 10 });
});

test('session.expired', async () => {
  await absent('brief', { properties: { sessionExpiryInterval: 1 } });
  await publish('brief/1');
  expect(await told('session.expired')).toEqual({
    ...{ clientId: 'brief', username: 'device', queuedMessages: 1, queuedBytes: 8 },
    disconnectedAt: expect.any(String),
  });
});

test('login.failed, with a wrong password, an unknown name and a forbidden client identifier', async () => {
  const attempt = (username: string, password: string, clientId = 'intruder') =>
    server.connect(username, password, { clientId }).then(
      () => 'let in',
      () => 'refused',
    );
  expect(await attempt('acme:device', 'wrong')).toBe('refused');
  const failure = { clientId: 'intruder', address: '127.0.0.1', failures: 1 };
  expect(await told('login.failed')).toEqual({
    ...{ ...failure, username: 'device', reasonCode: 0x86, reason: 'Unknown user name or wrong password' },
  });
  expect(await attempt('acme:nobody', 'wrong')).toBe('refused');
  expect(await told('login.failed')).toMatchObject({ ...failure, username: 'nobody' });
  const { password } = await api('POST', '/tenants/acme/credentials', {
    ...{ username: 'lamp', clientId: { rule: 'exact', value: 'lamp' } },
  });
  expect(await attempt('acme:lamp', password)).toBe('refused');
  expect(await told('login.failed')).toMatchObject({ username: 'lamp', reasonCode: 0x85 });
  await api('POST', '/tenants/acme/credentials', { username: 'scram' });
  await scramLogin('acme:scram', 'wrong');
  expect(await told('login.failed')).toMatchObject({
    clientId: 'scram',
    username: 'scram',
    reasonCode: 0x87,
  });
  for (const slug of ['nowhere', 'other']) expect(await attempt(`${slug}:device`, 'wrong')).toBe('refused');
});

/** Resolves when it is refused. */
async function scramLogin(username: string, password: string): Promise<void> {
  const scram = new ScramClient(username, password);
  const method = 'SCRAM-SHA-256';
  const properties = (data: string) => ({
    authenticationMethod: method,
    authenticationData: Buffer.from(data),
  });
  const client = mqtt.connect(server.urls.mqtt, {
    ...{ clientId: 'scram', protocolVersion: 5, reconnectPeriod: 0 },
    properties: properties(scram.firstMessage),
  });
  client.handleAuth = (packet, done) => {
    const answer = scram.answer(packet.properties!.authenticationData!.toString());
    done(undefined, { cmd: 'auth', reasonCode: 0x18, properties: properties(answer) });
  };
  await new Promise((resolve) => client.once('error', resolve));
  await client.endAsync(true);
}

test('quota.reached', async () => {
  await api('PATCH', '/tenants/acme', { quotas: { retainedMessages: 1 } });
  const retain = (topic: string) =>
    server.api('POST', '/tenants/acme/messages', { topic, payload: 'x', retain: true });
  expect((await retain('a')).status).toBe(202);
  expect((await retain('b')).status).toBe(409);
  expect(await told('quota.reached')).toEqual({ quota: 'retainedMessages', limit: 1 });
});

test('nothing of another tenant is told', async () => {
  const client = await connect('elsewhere', {}, 'other');
  await client.endAsync();
  await connect('last');
  for (;;) if ((await told('client.connected')).clientId === 'last') break;
  expect(receiver.left.filter(({ text }) => /elsewhere|other/.test(text))).toEqual([]);
});
