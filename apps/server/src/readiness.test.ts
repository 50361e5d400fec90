import 'reflect-metadata';
import { once as onceEvent } from 'node:events';
import net from 'node:net';
import pg from 'pg';
import { eventually } from '../../../tests/harness/eventually.ts';
import { startTestPostgres, type TestPostgres } from '../../../tests/harness/test-postgres.ts';
import { startServer } from '../testing/running-server.ts';

/** As the writer takes it: "rest" in ASCII. */
const WRITER_LOCK = 0x72657374;
const TOKEN = 'the-token-of-prometheus';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 30_000);
afterAll(() => postgres.dispose());

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await onceEvent(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await onceEvent(server, 'close');
  return port;
}

test('readiness tells the truth from the start to the stop, and of a PostgreSQL that goes and comes back', async () => {
  const port = await freePort();
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };
  const readiness = async () => {
    const { status, text } = await ask('/readyz');
    return { status, checks: JSON.parse(text).checks };
  };
  const database = new pg.Client({ connectionString: postgres.url });
  // Without it there is no place to be gone from: the connection is cut with PostgreSQL.
  database.on('error', () => undefined);
  await database.connect();
  await database.query('SELECT pg_advisory_lock($1)', [WRITER_LOCK]);
  const starting = startServer({
    ...{ DATABASE_URL: postgres.url, RESTANTE_HTTP_PORT: `${port}`, RESTANTE_METRICS_TOKEN: TOKEN },
  });
  const detail = await eventually('it waits for the store', async () => {
    const { status, checks } = await readiness();
    expect(status).toBe(503);
    return checks.server.detail.includes('takes over') && checks.server.detail;
  });
  expect(detail).toBe('The broker takes over what is in the database');
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/api/v1/tenants')).status).toBe(503);
  await database.query('SELECT pg_advisory_unlock($1)', [WRITER_LOCK]);
  await database.end();
  const server = await starting;
  expect(await readiness()).toEqual({
    status: 200,
    checks: {
      server: { ok: true, detail: 'The server is running' },
      database: { ok: true, detail: 'reachable' },
    },
  });

  await postgres.stop();
  const away = await eventually('not ready', async () => {
    const now = await readiness();
    return now.status === 503 && now;
  });
  expect(away.checks.server.ok).toBe(true);
  expect(away.checks.database).toEqual({ ok: false, detail: expect.stringMatching(/./) });
  expect((await ask('/healthz')).status).toBe(200);
  const { body: health } = await server.api('GET', '/health');
  expect(health.problems).toContainEqual(expect.stringMatching(/^PostgreSQL does not answer: /));
  await eventually('the metrics say it', async () => {
    const { status, text } = await ask('/metrics', { authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(200);
    return text.includes('\nrestante_ready 0\n') && text.includes('\nrestante_database_up 0\n');
  });
  await postgres.start();
  await eventually('ready again', async () => (await readiness()).status === 200);

  await server.api('POST', '/tenants', { slug: 'acme' });
  const { body: issued } = await server.api('POST', '/tenants/acme/credentials', { username: 'device' });
  const client = await server.connect('acme:device', issued.password, { clientId: 'c', clean: false });
  await client.subscribeAsync('t', { qos: 1 });
  await client.endAsync();
  const publisher = await server.connect('acme:device', issued.password, { clientId: 'p' });
  const lock = new pg.Client({ connectionString: postgres.url });
  await lock.connect();
  await lock.query('BEGIN');
  await lock.query('LOCK TABLE segment IN ACCESS EXCLUSIVE MODE');
  publisher.publish('t', 'x', { qos: 1 });
  await eventually('the commit waits', async () => {
    const { body } = await server.api('GET', '/health');
    return body.commits.underWayMs > 0 && body.backlog.messages === 1;
  });
  const stopping = server.stop();
  const stopped = await readiness();
  expect(stopped.status).toBe(503);
  expect(stopped.checks.server).toEqual({ ok: false, detail: 'The server is shutting down' });
  await lock.query('COMMIT');
  await lock.end();
  await stopping;
  await expect(ask('/healthz')).rejects.toThrow();
}, 60_000);
