import 'reflect-metadata';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type RunningServer, startServer } from '../../testing/running-server.ts';

const KEY = { authorization: 'Bearer the-key-of-the-tests' };
const JSON_TYPE = { 'content-type': 'application/json' };

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** As it is, which may be no JSON. */
async function send(method: string, path: string, body: string | undefined, headers: Record<string, string>) {
  const response = await fetch(`http://127.0.0.1:${server.ports.http}${path}`, { method, body, headers });
  const answered = await response.text();
  return { status: response.status, headers: response.headers, text: answered };
}

test.each<[string, string, string, string | undefined, Record<string, string>, number]>([
  ['an unknown path', 'GET', '/nothing', undefined, {}, 404],
  ['an unknown path of the interface', 'GET', '/api/v1/nothing', undefined, KEY, 404],
  ['a method that a path does not have', 'PUT', '/api/v1/tenants', '{}', { ...KEY, ...JSON_TYPE }, 404],
  ['JSON that is none', 'POST', '/api/v1/tenants', '{"slug":', { ...KEY, ...JSON_TYPE }, 400],
  ['no body where one is needed', 'POST', '/api/v1/tenants', undefined, KEY, 400],
  ['an empty body that says it is JSON', 'POST', '/api/v1/tenants', '', { ...KEY, ...JSON_TYPE }, 400],
  ['a body that is a list', 'POST', '/api/v1/tenants', '[]', { ...KEY, ...JSON_TYPE }, 400],
  ['a body of another kind', 'POST', '/api/v1/tenants', 'a', { ...KEY, 'content-type': 'image/png' }, 415],
  ['XML', 'POST', '/api/v1/tenants', '<a/>', { ...KEY, 'content-type': 'application/xml' }, 415],
  ['a path that is no UTF-8', 'GET', '/api/v1/tenants/%FF', undefined, KEY, 400],
  [
    'a body that is nested very deep',
    ...(['POST', '/api/v1/tenants', `{"slug":${'['.repeat(20_000)}${']'.repeat(20_000)}}`] as const),
    ...([{ ...KEY, ...JSON_TYPE }, 400] as const),
  ],
  ['a day, where a time is asked for', 'GET', '/api/v1/audit?since=2026-01-01', undefined, KEY, 400],
  ['a week', 'GET', '/api/v1/audit?since=2026-W01', undefined, KEY, 400],
  ['a time of another age', 'GET', '/api/v1/audit?since=9999-12-31T23:59:59-14:00', undefined, KEY, 400],
  [
    'null where a thing can only be left out',
    ...(['PATCH', '/api/v1/tenants/demo/policies/default', '{"isDefault":null}'] as const),
    ...([{ ...KEY, ...JSON_TYPE }, 400] as const),
  ],
  ['nobody who is known', 'GET', '/api/v1/tenants', undefined, {}, 401],
])('%s is told as a problem', async (_, method, path, body, headers, status) => {
  const answer = await send(method, path, body, headers);
  expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
    status,
    type: expect.stringContaining('application/problem+json'),
  });
  expect(JSON.parse(answer.text)).toEqual({
    type: expect.stringMatching(/^(about:blank|urn:restante:problem:)/),
    title: expect.any(String),
    status,
    detail: expect.stringMatching(/./),
    code: expect.any(String),
    ...(answer.text.includes('"errors"') ? { errors: expect.any(Array) } : {}),
  });
});

test('a body larger than any may be is refused before it comes, as a problem', async () => {
  const headers = { ...KEY, ...JSON_TYPE, 'content-length': 1_000_000_000 };
  const request = http.request({ port: server.ports.http, method: 'POST', path: '/api/v1/tenants', headers });
  // The server may close before it has all.
  request.on('error', () => undefined);
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  request.write('{');
  const [response] = await answered;
  const problem = JSON.parse(await text(response)) as object;
  expect(problem).toMatchObject({ status: 413, title: 'The request is too large', code: 'http-413' });
  expect(response.headers['content-type']).toContain('application/problem+json');
  request.destroy();
});

test('an answer says how many requests are left', async () => {
  const { headers } = await send('GET', '/api/v1/me', undefined, KEY);
  expect(Number(headers.get('x-ratelimit-limit'))).toBeGreaterThan(0);
  expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
  expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
});

test.each(['/api/v1/me', '/api/docs', '/nothing', '/healthz', '/graphql'])(
  'what %s answers is no page of another site, and of the type that it says',
  async (path) => {
    const { headers } = await send('GET', path, undefined, KEY);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  },
);

test('what is only for who asks is kept by nobody else', async () => {
  for (const path of ['/api/v1/me', '/api/v1/tenants', '/graphql?query={getMe{email}}']) {
    const { headers } = await send('GET', path, undefined, KEY);
    expect(headers.get('cache-control')).toBe('private, no-cache');
  }
});

test('a list begins at its start where the place to go on from is made up', async () => {
  const after = Buffer.from('[0.5,"x"]').toString('base64url');
  const { status, body } = await server.api(
    'GET',
    `/tenants/demo/sessions?sort=queuedMessages&after=${after}`,
  );
  expect({ status, body }).toEqual({ status: 200, body: { items: expect.any(Array), next: null } });
});

test('a time may be told with any offset', async () => {
  const name = 'offset';
  const expiresAt = '2999-12-31T23:59:59.5+14:00';
  const created = await server.api('POST', '/api-keys', { name, expiresAt });
  expect(created.body.expiresAt).toBe('2999-12-31T09:59:59.500Z');
});

test('changes that overtake each other are done, or told to be too late', async () => {
  await server.api('POST', '/tenants', { slug: 'hasty' });
  const path = '/tenants/hasty';
  const codes: string[] = [];
  for (let nth = 0; nth < 10; nth++) {
    await server.api('POST', `${path}/credentials`, { username: `a${nth}` });
    await server.api('POST', `${path}/policies`, { name: `p${nth}` });
    const answers = await Promise.all([
      server.api('POST', `${path}/credentials/a${nth}/rotate`, {}),
      server.api('PATCH', `${path}/credentials/%61${nth}`, { label: 'x' }),
      server.api('DELETE', `${path}/credentials/a${nth}`),
      server.api('POST', `${path}/credentials`, { username: `b${nth}`, policy: `p${nth}` }),
      server.api('DELETE', `${path}/policies/p${nth}`),
    ]);
    codes.push(...answers.filter(({ status }) => status >= 400).map(({ body }) => body.code as string));
  }
  expect(codes).toContain('changed-meanwhile');
  expect(codes).not.toContain('http-500');
});
