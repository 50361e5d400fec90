import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { ADMIN, type RunningServer, startServer } from '../../../testing/running-server.ts';

let server: RunningServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

async function login(password = ADMIN.password) {
  const answer = await server.request('POST', '/api/v1/login', { email: ADMIN.email, password });
  return { ...answer, headers: { cookie: cookiesOf(answer.headers) } };
}

function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

/** RFC 6238: what an authenticator shows for the secret of an otpauth: URI. */
function codeOf(uri: string): string {
  const secret = base32(new URL(uri).searchParams.get('secret')!);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac[mac.length - 1] & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function base32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g)!;
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
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
  const code = codeOf(uri);
  const confirmed = await server.request('POST', '/api/v1/me/two-factor/confirm', { code }, first.headers);
  expect(confirmed.status).toBe(204);

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

test('an API key has neither password nor second factor', async () => {
  const { body } = await server.api('POST', '/me/two-factor', { password: 'x' });
  expect(body.code).toBe('not-permitted');
});
