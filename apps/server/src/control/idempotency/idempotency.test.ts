import 'reflect-metadata';
import { createControlPool, createPrisma } from '@restante/database';
import pg from 'pg';
import { type RunningServer, startServer } from '../../../testing/running-server.ts';
import { createLog } from '../../log.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';

let server: RunningServer;
let database: pg.Client;
beforeAll(async () => {
  server = await startServer();
  for (const slug of ['acme', 'globex']) await server.api('POST', '/tenants', { slug });
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

const ADMIN = 'the-key-of-the-tests';
const CREDENTIALS = '/api/v1/tenants/acme/credentials';
const post = (url: string, body: unknown, key: string, secret = ADMIN) =>
  server.request('POST', url, body, { authorization: `Bearer ${secret}`, 'idempotency-key': key });

test('the same request again is answered as before, secret included, and does nothing', async () => {
  const first = await post(CREDENTIALS, { username: 'once' }, 'key-1');
  expect(first.status).toBe(201);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  const again = await post(CREDENTIALS, { username: 'once' }, 'key-1');
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  await server.connect(first.body.mqttUsername, again.body.password);
  const { body: audit } = await server.api('GET', '/tenants/acme/audit?action=credential.create&target=once');
  expect(audit.items).toHaveLength(1);
});

test('of many at the same time one is done', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post('/api/v1/tenants/acme/policies', { name: 'one' }, 'key-2')),
  );
  const done = answers.filter(({ status }) => status === 201);
  const busy = answers.filter(({ body }) => body.code === 'idempotency-key-busy');
  expect(done.length + busy.length).toBe(8);
  expect(done.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
});

test('a key belongs to one request, of one caller', async () => {
  await post(CREDENTIALS, { username: 'mine' }, 'key-3');
  const other = await post(CREDENTIALS, { username: 'other' }, 'key-3');
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  expect((await post('/api/v1/tenants', { slug: 'third' }, 'key-3')).status).toBe(422);
  const { body: key } = await server.api('POST', '/tenants/acme/api-keys', { name: 'key', role: 'owner' });
  const theirs = await post(CREDENTIALS, { username: 'mine' }, 'key-3', key.secret);
  expect(theirs.body.code).toBe('credential-exists');
});

test('keys of the same name are not the same caller', async () => {
  const made = ['owner', 'viewer'].map((role) =>
    server.api('POST', '/tenants/acme/api-keys', { name: 'twin', role }),
  );
  const [owner, viewer] = await Promise.all(made);
  const issued = await post(CREDENTIALS, { username: 'of-twin' }, 'key-twin', owner.body.secret);
  expect(issued.status).toBe(201);
  const theirs = await post(CREDENTIALS, { username: 'of-twin' }, 'key-twin', viewer.body.secret);
  expect(theirs.body.code).toBe('not-permitted');
});

test('the secrets of the largest import are told again', async () => {
  const lines = Array.from({ length: 10_000 }, (_, nth) => `imported-${nth}`);
  const answer = {
    issued: 10_000,
    failed: 0,
    lines: lines.map((username) => ({ username, password: 'x'.repeat(150) })),
  };
  const sent = { caller: 'a', key: 'large', hash: new Uint8Array(32) };
  const keys = new IdempotencyKeys(
    createPrisma(createControlPool(server.databaseUrl)),
    'secret',
    createLog('silent'),
  );
  expect(await keys.begin(sent)).toBeNull();
  await keys.finish(sent, JSON.stringify(answer));
  expect(await keys.begin(sent)).toBe(JSON.stringify(answer));
});

test('what was refused may be tried again', async () => {
  const publish = { topic: 'a', payload: 'x' };
  await server.api('PATCH', '/tenants/globex', { suspended: true });
  const refused = await post('/api/v1/tenants/globex/messages', publish, 'key-4');
  expect(refused.body.code).toBe('tenant-suspended');
  await server.api('PATCH', '/tenants/globex', { suspended: false });
  const done = await post('/api/v1/tenants/globex/messages', publish, 'key-4');
  expect(done).toMatchObject({ status: 202, body: { delivered: 0 } });
  expect(done.headers.get('idempotency-replayed')).toBeNull();
});

test('an answer of nothing is kept too', async () => {
  const { body: key } = await server.api('POST', '/tenants/acme/api-keys', {
    name: 'leaving',
    role: 'owner',
  });
  const tried = await post('/api/v1/logout', {}, 'key-5', key.secret);
  const again = await post('/api/v1/logout', {}, 'key-5', key.secret);
  expect([tried.status, again.status]).toEqual([204, 204]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

test('after a crash the request can be sent again, when the first sender had its time', async () => {
  const send = () => post(CREDENTIALS, { username: 'crashed' }, 'key-6');
  await send();
  const change = (set: string) => database.query(`UPDATE idempotency_key SET ${set} WHERE key = 'key-6'`);
  await change("answer = NULL, busy_until = now() + interval '1 minute'");
  expect((await send()).body.code).toBe('idempotency-key-busy');
  await change("busy_until = now() - interval '1 second'");
  // It is tried: what it had done before the crash is there.
  expect((await send()).body.code).toBe('credential-exists');
  await post(CREDENTIALS, { username: 'a-day-ago' }, 'key-7');
  await database.query("UPDATE idempotency_key SET expires_at = now() WHERE key = 'key-7'");
  expect((await post(CREDENTIALS, { username: 'a-day-later' }, 'key-7')).status).toBe(201);
});

test('neither secrets nor requests lie in the database', async () => {
  const { body } = await post(CREDENTIALS, { username: 'hidden' }, 'key-8');
  const { rows } = await database.query<{ answer: Buffer; request_hash: Buffer }>(
    "SELECT answer, request_hash FROM idempotency_key WHERE key = 'key-8'",
  );
  expect(rows[0].request_hash).toHaveLength(32);
  for (const text of [body.password, 'hidden', 'mqttUsername'])
    expect(rows[0].answer.includes(text)).toBe(false);
});

test('a key that is none is told', async () => {
  expect((await post(CREDENTIALS, { username: 'x' }, 'k'.repeat(256))).body.code).toBe('invalid-request');
  const anonymous = await server.request('POST', CREDENTIALS, {}, { 'idempotency-key': 'key-9' });
  expect(anonymous.body.code).toBe('not-authenticated');
});
