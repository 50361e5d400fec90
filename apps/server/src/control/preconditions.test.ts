import 'reflect-metadata';
import { type RunningServer, startServer } from '../../testing/running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await server.api('POST', '/tenants', { slug: 'acme' });
});
afterAll(() => server.stop());

const KEY = { authorization: 'Bearer the-key-of-the-tests' };
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.request(method, `/api/v1${path}`, body, { ...KEY, ...headers });

/** A policy of its own, and its entity tag. */
async function policy(name: string): Promise<{ path: string; tag: string }> {
  await send('POST', '/tenants/acme/policies', { name });
  const path = `/tenants/acme/policies/${name}`;
  return { path, tag: (await send('GET', path)).headers.get('etag')! };
}

const limit = (maxQueuedMessages: number) => ({ settings: { maxQueuedMessages } });
const limitOf = async (path: string) => (await send('GET', path)).body.settings.maxQueuedMessages;

test('what has not changed is not sent again', async () => {
  const { path, tag } = await policy('same');
  expect(tag).toMatch(/^"[\w-]{43}"$/);
  for (const tags of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const { status, body, headers } = await send('GET', path, undefined, { 'if-none-match': tags });
    expect({ tags, status, body, tag: headers.get('etag') }).toEqual({ tags, status: 304, body: '', tag });
  }
  await send('PATCH', path, limit(5));
  const changed = await send('GET', path, undefined, { 'if-none-match': tag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(tag);
});

test('a change of what has changed meanwhile is refused, and of what has not is made', async () => {
  const { path, tag } = await policy('changing');
  expect((await send('PATCH', path, limit(5), { 'if-match': tag })).status).toBe(200);
  const late = await send('PATCH', path, limit(6), { 'if-match': tag });
  expect(late).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
  expect((await send('DELETE', path, undefined, { 'if-match': tag })).status).toBe(412);
  expect(await limitOf(path)).toBe(5);
  const now = (await send('GET', path)).headers.get('etag')!;
  expect((await send('PATCH', path, limit(7), { 'if-match': `W/${now}` })).status).toBe(412);
  expect((await send('PATCH', path, limit(8), { 'if-match': `"other", ${now}` })).status).toBe(200);
  expect((await send('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(204);
});

test('of many who have seen the same one is first', async () => {
  const { path, tag } = await policy('contested');
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => send('PATCH', path, limit(100 + index), { 'if-match': tag })),
  );
  const [first, ...others] = answers.filter(({ status }) => status === 200);
  expect(others).toEqual([]);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
  expect(await limitOf(path)).toBe(first.body.settings.maxQueuedMessages);
});

test('a request that is wrong in itself is told so', async () => {
  const { path, tag } = await policy('told');
  const missing = await send('PATCH', '/tenants/acme/policies/nothing', limit(5), { 'if-match': tag });
  expect(missing.body.code).toBe('policy-not-found');
  const wrong = await send('PATCH', path, limit(0), { 'if-match': tag });
  expect(wrong.body.code).toBe('invalid-request');
  // And holds nobody up.
  expect((await send('PATCH', path, limit(5), { 'if-match': tag })).status).toBe(200);
});

test('what nobody can get has nothing to be compared with', async () => {
  const { body: key } = await send('POST', '/tenants/acme/api-keys', { name: 'key', role: 'viewer' });
  const path = `/tenants/acme/api-keys/${key.id}`;
  expect((await send('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(412);
  expect((await send('DELETE', path)).status).toBe(204);
});
