import 'reflect-metadata';
import pg from 'pg';
import { type RunningServer, startServer } from '../../../testing/running-server.ts';

const ENTRIES = 1_200;

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  for (const slug of ['acme', 'globex']) await server.api('POST', '/tenants', { slug });
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO audit_entry (tenant_id, tenant_slug, actor_kind, actor, remote_address, action, target, after)
    SELECT tenant.id, 'acme', 'person', 'somebody', '127.0.0.1', 'thing.change', 'thing ' || number, '{"a": "x,\\"y"}'
    FROM tenant, generate_series(1, $1::int) AS number WHERE slug = 'acme'`,
    [ENTRIES],
  );
  await client.query(
    `INSERT INTO audit_entry (tenant_id, tenant_slug, actor_kind, actor, remote_address, action, target)
    SELECT id, 'acme', 'person', 'somebody', '127.0.0.1', 'role.create', '=1+1' FROM tenant WHERE slug = 'acme'`,
  );
  await client.end();
});
afterAll(() => server.stop());

const EXPORT = '/tenants/acme/audit/export';

test('everything is there, the latest first, as JSON lines', async () => {
  const { status, body, headers } = await server.api('GET', `${EXPORT}?format=json-lines`);
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toBe('attachment; filename="audit.jsonl"');
  const entries = (body as string)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { action: string; target: string; after: unknown });
  const things = entries.filter(({ action }) => action === 'thing.change');
  expect(things.map(({ target }) => target)).toEqual(
    Array.from({ length: ENTRIES }, (_, index) => `thing ${ENTRIES - index}`),
  );
  expect(things[0].after).toEqual({ a: 'x,"y' });
  expect(entries.at(-1)).toMatchObject({ action: 'tenant.create', target: 'acme' });
});

test('as CSV it opens in a spreadsheet, where nothing is taken for a formula', async () => {
  const { body, headers } = await server.api('GET', `${EXPORT}?action=role`);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const [head, line, ...rest] = (body as string).split('\r\n');
  expect(head).toBe('at,tenant,actorKind,actor,remoteAddress,action,target,before,after');
  expect(line).toMatch(/^20[^,]+Z,acme,person,somebody,127\.0\.0\.1,role\.create,'=1\+1,,$/);
  expect(rest).toEqual(['']);
  const things = await server.api('GET', `${EXPORT}?target=thing%207`);
  expect(things.body).toContain(',thing 7,,"{""a"":""x,\\""y""}"\r\n');
});

test('the platform has an export of everything', async () => {
  const { body } = await server.api('GET', '/audit/export?action=tenant.create');
  expect((body as string).split('\r\n')).toHaveLength(4);
});

test('a wrong filter is told, and only those get it who may read the audit', async () => {
  expect((await server.api('GET', `${EXPORT}?format=pdf`)).body.code).toBe('invalid-request');
  expect((await server.request('GET', `/api/v1${EXPORT}`)).body.code).toBe('not-authenticated');
  const key = await server.api('POST', '/tenants/globex/api-keys', { name: 'key', role: 'owner' });
  const headers = { authorization: `Bearer ${key.body.secret}` };
  const foreign = await server.request('GET', `/api/v1${EXPORT}`, undefined, headers);
  expect(foreign.body.code).toBe('tenant-not-found');
  expect((await server.request('GET', '/api/v1/audit/export', undefined, headers)).body.code).toBe(
    'not-permitted',
  );
});
