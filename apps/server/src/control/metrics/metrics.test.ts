import 'reflect-metadata';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { type RunningServer, startServer } from '../../../testing/running-server.ts';

const TOKEN = 'the-token-of-prometheus';

let server: RunningServer;
let password: string;
beforeAll(async () => {
  server = await startServer({ RESTANTE_METRICS_TOKEN: TOKEN });
  await server.api('POST', '/tenants', { slug: 'acme' });
  const { body } = await server.api('POST', '/tenants/acme/credentials', { username: 'device' });
  ({ password } = body);
  const absent = await server.connect('acme:device', password, { clientId: 'long gone', clean: false });
  await absent.subscribeAsync('kept/#', { qos: 1 });
  await absent.endAsync();
  for (const topic of ['kept/1', 'kept/2'])
    await server.api('POST', '/tenants/acme/messages', { topic, payload: 'x', qos: 1 });
  await eventually('it is gone', async () => {
    const { body: session } = await server.api('GET', '/tenants/acme/sessions/long gone');
    return session.state === 'offline';
  });
});
afterAll(() => server.stop());

function scrape(bearer: string | null = TOKEN) {
  const headers: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
  return server.request('GET', '/metrics', undefined, headers);
}

/** The values of the series of a scrape, by name and labels. */
async function series(): Promise<Map<string, number>> {
  const { body } = await scrape();
  const lines = (body as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

test('a queue is in its bucket, by tenant too, as the first scrape has looked', async () => {
  const found = await series();
  expect(found.get('restante_queue_depth_messages_bucket{le="1"}')).toBe(0);
  expect(found.get('restante_queue_depth_messages_bucket{le="10"}')).toBe(1);
  expect(found.get('restante_queue_depth_messages_sum')).toBe(2);
  expect(found.get('restante_queued_messages')).toBe(2);
  expect(found.get('restante_tenant_queued_messages{tenant="acme"}')).toBe(2);
  expect(found.get('restante_sessions{state="offline"}')).toBe(1);
});

test('metrics are told to the token for them and to the platform’s keys, and to nobody else', async () => {
  const { status, headers, body } = await scrape();
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(body).toContain('# HELP restante_ready Durable messages are accepted (1) or not (0)');
  expect((await scrape('the-key-of-the-tests')).status).toBe(200);
  expect((await scrape(null)).status).toBe(401);
  expect((await scrape('something else')).status).toBe(401);
  const { body: key } = await server.api('POST', '/tenants/acme/api-keys', { name: 'own', role: 'owner' });
  expect((await scrape(key.secret)).status).toBe(403);
  const elsewhere = await server.request('GET', '/api/v1/tenants', undefined, {
    authorization: `Bearer ${TOKEN}`,
  });
  expect(elsewhere.status).toBe(401);
});

test('they count clients, messages, commits and what is lost', async () => {
  const before = await series();
  const absent = await server.connect('acme:device', password, { clientId: 'absent', clean: false });
  await absent.subscribeAsync('waits/#', { qos: 1 });
  await absent.endAsync();
  const present = await server.connect('acme:device', password, { protocolVersion: 5, clientId: 'present' });
  const arrived = new Promise((resolve) => present.once('message', resolve));
  await present.subscribeAsync('now', { qos: 0 });
  await present.publishAsync('now', '12345', { qos: 0 });
  await present.publishAsync('waits/1', 'abc', { qos: 1 });
  await present.publishAsync('waits/2', 'abc', { qos: 1 });
  await present.publishAsync('$own', 'refused', { qos: 0 });
  await arrived;
  const after = await series();
  const grown = (name: string) => after.get(name)! - (before.get(name) ?? 0);
  expect(after.get('restante_connections{transport="tcp",protocol="5.0"}')).toBe(1);
  expect(after.get('restante_connections{transport="tcp",protocol="3.1.1"}')).toBe(0);
  expect(after.get('restante_sessions{state="online"}')).toBe(1);
  expect(grown('restante_connects_total')).toBe(2);
  expect(grown('restante_messages_total{direction="received",qos="0"}')).toBe(1);
  expect(grown('restante_messages_total{direction="received",qos="1"}')).toBe(2);
  expect(grown('restante_messages_total{direction="sent",qos="0"}')).toBe(1);
  expect(grown('restante_message_bytes_total{direction="received",qos="1"}')).toBe(2 * 'waits/1abc'.length);
  expect(grown('restante_message_bytes_total{direction="sent",qos="0"}')).toBe('now12345'.length);
  expect(grown('restante_dropped_messages_total{reason="not-authorized"}')).toBe(1);
  expect(grown('restante_commit_duration_seconds_count')).toBeGreaterThan(1);
  expect(grown('restante_commit_messages_sum')).toBe(2);
  expect(after.get('restante_ready')).toBe(1);
  expect(after.get('restante_backlog_messages')).toBe(0);
  expect(after.get('restante_database_size_bytes')).toBeGreaterThan(1_000_000);
  expect(after.get('restante_pool_max_connections{pool="readers"}')).toBe(4);
  expect(after.get('restante_pool_max_connections{pool="control"}')).toBe(8);
  expect(after.get('restante_pool_connections{pool="control",state="idle"}')).toBeGreaterThan(0);
});
