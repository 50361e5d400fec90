import 'reflect-metadata';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import pg from 'pg';
import { TestCertificate } from '../../../../../tests/harness/certificate.ts';
import { totpOf } from '../../../../../tests/harness/totp.ts';
import { ADMIN, type RunningServer, startServer } from '../../../testing/running-server.ts';

let server: RunningServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

let addresses = 0;

/** From an address of its own: only so many logins a minute come from one. */
function elsewhere() {
  return { 'x-forwarded-for': `198.51.100.${++addresses}` };
}

async function login(password = ADMIN.password) {
  const body = { email: ADMIN.email, password };
  const answer = await server.request('POST', '/api/v1/login', body, elsewhere());
  return { ...answer, headers: { cookie: cookiesOf(answer.headers) } };
}

function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

test('with a second factor a password alone is no login', async () => {
  const first = await login();
  expect(first.body).toEqual({ twoFactorRequired: false });
  const { password } = ADMIN;
  const wrong = await server.request('POST', '/api/v1/me/two-factor', { password: 'wrong' }, first.headers);
  expect(wrong.body.code).toBe('invalid-request');
  const setup = await server.request('POST', '/api/v1/me/two-factor', { password }, first.headers);
  expect(setup.status).toBe(201);
  const { uri, backupCodes } = setup.body as { uri: string; backupCodes: string[] };
  // Not in force before it is confirmed.
  expect((await login()).body).toEqual({ twoFactorRequired: false });
  const code = totpOf(new URL(uri).searchParams.get('secret')!);
  const confirmed = await server.request('POST', '/api/v1/me/two-factor/confirm', { code }, first.headers);
  expect(confirmed.status).toBe(204);

  const { body: audit } = await server.api('GET', '/audit?action=person');
  expect(audit.items.map(({ action }: { action: string }) => action)).toEqual([
    'person.two-factor',
    'person.set-up-two-factor',
  ]);

  const half = await login();
  expect(half.body).toEqual({ twoFactorRequired: true });
  expect((await server.request('GET', '/api/v1/me', undefined, half.headers)).status).toBe(401);
  const refused = await server.request('POST', '/api/v1/login/two-factor', { code: 'wrong' }, half.headers);
  expect(refused.body.code).toBe('wrong-login');
  const whole = await server.request(
    'POST',
    '/api/v1/login/two-factor',
    { code: backupCodes[0] },
    half.headers,
  );
  expect(whole.status).toBe(204);
  const me = await server.request('GET', '/api/v1/me', undefined, { cookie: cookiesOf(whole.headers) });
  expect(me.body).toMatchObject({ email: ADMIN.email, hasTwoFactor: true });
  // A backup code serves once.
  const again = await login();
  const used = await server.request(
    'POST',
    '/api/v1/login/two-factor',
    { code: backupCodes[0] },
    again.headers,
  );
  expect(used.body.code).toBe('wrong-login');
});

test('the cookie of a login goes over HTTPS alone, where it was made so: here, or at a proxy on this machine', async () => {
  const secure = (cookies: string[]) => cookies.map((cookie) => /; Secure$/.test(cookie));
  const by = async (headers: Record<string, string>) => {
    const answer = await server.request('POST', '/api/v1/login', ADMIN, { ...elsewhere(), ...headers });
    return secure(answer.headers.getSetCookie());
  };
  expect(await by({})).toEqual([false]);
  expect(await by({ 'x-forwarded-proto': 'https' })).toEqual([true]);
  // A proxy that was reached over HTTPS by one that was not.
  expect(await by({ 'x-forwarded-proto': 'https, http' })).toEqual([false]);

  const pair = await TestCertificate.create();
  const withTls = await startServer(pair.environment);
  try {
    const request = https.request(`https://127.0.0.1:${withTls.ports.https}/api/v1/login`, {
      ...{ method: 'POST', ca: await pair.pem(), headers: { 'content-type': 'application/json' } },
    });
    request.end(JSON.stringify(ADMIN));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    expect(secure(response.headers['set-cookie'] ?? [])).toEqual([true]);
  } finally {
    await withTls.stop();
    await pair.dispose();
  }
});

test('a new password ends the other logins', async () => {
  const [first, second] = [await login(), await login()];
  const body = { currentPassword: ADMIN.password, newPassword: 'another horse battery' };
  const changed = await server.request('POST', '/api/v1/me/password', body, first.headers);
  expect(changed.status).toBe(204);
  expect((await server.request('GET', '/api/v1/me', undefined, second.headers)).status).toBe(401);
  const renewed = { cookie: cookiesOf(changed.headers) };
  expect((await server.request('GET', '/api/v1/me', undefined, renewed)).status).toBe(200);
  expect((await login()).status).toBe(401);
  expect((await login('another horse battery')).status).toBe(200);
});

test('who is logged in sees where, and ends a login there', async () => {
  const browsers = [
    { 'user-agent': 'Firefox on a train', 'x-forwarded-for': '192.0.2.1' },
    { 'user-agent': 'Lynx at home', 'x-forwarded-for': '192.0.2.2' },
  ];
  const logins = [];
  for (const browser of browsers) {
    const answer = await server.request('POST', '/api/v1/login', ADMIN, browser);
    logins.push({ cookie: cookiesOf(answer.headers) });
  }
  const [train, home] = logins;
  const list = () => server.request('GET', '/api/v1/me/logins', undefined, home);
  const { body } = await list();
  expect(body.items).toMatchObject([
    { userAgent: 'Lynx at home', remoteAddress: '192.0.2.2', isCurrent: true },
    { userAgent: 'Firefox on a train', remoteAddress: '192.0.2.1', isCurrent: false },
  ]);
  const url = `/api/v1/me/logins/${body.items[1].id}`;
  expect((await server.request('DELETE', url, undefined, home)).status).toBe(204);
  expect((await server.request('GET', '/api/v1/me', undefined, train)).status).toBe(401);
  expect((await list()).body.items).toHaveLength(1);
  expect((await server.request('DELETE', url, undefined, home)).body.code).toBe('login-not-found');
  // The login's token, which the cookie holds, is told to nobody.
  expect(JSON.stringify(body)).not.toContain(decodeURIComponent(train.cookie).split('=')[1].split('.')[0]);
});

test('who is no proxy that is trusted does not say from where he comes', async () => {
  const other = await startServer({ RESTANTE_TRUSTED_PROXIES: '192.0.2.0/24' });
  const { headers } = await other.request('POST', '/api/v1/login', ADMIN, elsewhere());
  const cookie = { cookie: cookiesOf(headers) };
  const { body } = await other.request('GET', '/api/v1/me/logins', undefined, cookie);
  expect(body.items).toMatchObject([{ remoteAddress: '127.0.0.1' }]);
  await other.stop();
});

test('nobody ends the login of somebody else', async () => {
  const { headers } = await login();
  const { body: mine } = await server.request('GET', '/api/v1/me/logins', undefined, headers);
  await server.api('POST', '/tenants', { slug: 'other' });
  const other = await member('other@example.com', 'other');
  const url = `/api/v1/me/logins/${mine.items[0].id}`;
  expect((await server.request('DELETE', url, undefined, other)).body.code).toBe('login-not-found');
  expect((await server.request('GET', '/api/v1/me', undefined, headers)).status).toBe(200);
});

test('a member who is removed sees nothing of the tenant from then on, with the same login', async () => {
  await server.api('POST', '/tenants', { slug: 'left' });
  const headers = await member('leaving@example.com', 'left');
  const read = async () => (await server.request('GET', '/api/v1/tenants/left', undefined, headers)).status;
  expect(await read()).toBe(200);
  // Somebody must stay in charge.
  await member('staying@example.com', 'left');
  const { body } = await server.api('GET', '/tenants/left/members');
  const { id } = body.items.find((one: { email: string }) => one.email === 'leaving@example.com');
  await server.api('PATCH', `/tenants/left/members/${id}`, { role: 'viewer' });
  const change = { name: 'Mine' };
  const changed = await server.request('PATCH', '/api/v1/tenants/left', change, headers);
  expect(changed.body.code).toBe('not-permitted');
  expect((await server.api('DELETE', `/tenants/left/members/${id}`)).status).toBe(204);
  expect(await read()).toBe(404);
  const { body: tenants } = await server.request('GET', '/api/v1/tenants', undefined, headers);
  expect(tenants.items).toEqual([]);
});

test('two owners who send each other away do not leave a tenant without one', async () => {
  for (let nth = 0; nth < 5; nth++) {
    const slug = `mutual-${nth}`;
    await server.api('POST', '/tenants', { slug });
    await member(`a@${slug}.example`, slug);
    await member(`b@${slug}.example`, slug);
    const { body } = await server.api('GET', `/tenants/${slug}/members`);
    const away = body.items.map(({ id }: { id: string }) =>
      server.api('DELETE', `/tenants/${slug}/members/${id}`),
    );
    const statuses = (await Promise.all(away)).map(({ status }: { status: number }) => status);
    expect(statuses.sort()).toEqual([204, 409]);
  }
});

test('an invitation takes no part away from who has a greater one', async () => {
  await server.api('POST', '/tenants', { slug: 'great' });
  const email = 'great@example.com';
  const headers = await member(email, 'great');
  const invited = await server.api('POST', '/tenants/great/members', { email, role: 'viewer' });
  const { token } = invited.body;
  const accepted = await server.request('POST', '/api/v1/invitations/accept', { token }, headers);
  expect(accepted.status).toBeLessThan(300);
  const { body } = await server.api('GET', '/tenants/great/members');
  expect(body.items).toMatchObject([{ email, role: 'owner' }]);
});

test('after ten wrong passwords the right one does not serve either, for a quarter of an hour', async () => {
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  // So many tries a minute are refused in any case.
  await database.query('UPDATE person SET failed_logins = 9');
  expect((await login('wrong password')).status).toBe(401);
  const locked = await login();
  expect(locked.body).toMatchObject({ status: 429, code: 'too-many-logins' });
  const { rows } = await database.query('SELECT locked_until, failed_logins FROM person');
  const lockedMs = rows[0].locked_until.getTime() - Date.now();
  expect(lockedMs).toBeGreaterThan(14 * 60_000);
  expect(lockedMs).toBeLessThanOrEqual(15 * 60_000);
  await database.query("UPDATE person SET locked_until = now() - interval '1 second'");
  expect((await login()).status).toBe(200);
  await database.end();
});

test('passwords are kept as argon2id', async () => {
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  const { rows } = await database.query('SELECT password FROM account');
  await database.end();
  expect(rows).toEqual([{ password: expect.stringMatching(/^\$argon2id\$v=19\$m=\d{4,},t=\d,p=\d\$/) }]);
});

/** An owner of a tenant, by invitation; what comes back are the headers by which they are known. */
async function member(email: string, tenant: string): Promise<{ cookie: string }> {
  const invited = await server.api('POST', `/tenants/${tenant}/members`, { email, role: 'owner' });
  const { password } = ADMIN;
  await server.api('POST', '/invitations/accept', { token: invited.body.token, name: email, password });
  const answer = await server.request('POST', '/api/v1/login', { email, password }, elsewhere());
  return { cookie: cookiesOf(answer.headers) };
}

test('an API key has neither password nor second factor', async () => {
  const { body } = await server.api('POST', '/me/two-factor', { password: 'x' });
  expect(body.code).toBe('not-permitted');
  expect((await server.api('GET', '/me/logins')).body.code).toBe('not-permitted');
});
