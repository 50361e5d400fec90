import 'reflect-metadata';
import { createControlPool, createPrisma } from '@restante/database';
import fc from 'fast-check';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { createHmac, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { TestCertificate } from '../../../../../tests/harness/certificate.ts';
import { eventually } from '../../../../../tests/harness/eventually.ts';
import { once, type RunningServer, startServer } from '../../../testing/running-server.ts';
import { createLog } from '../../log.ts';
import { Sealed } from '../sealed.ts';
import { outboundAgent } from '../outbound/public-address.ts';
import { TokenLogins } from './token-logins.ts';

/** Devices send tokens (JWT) in the place of passwords. */

const ISSUER = 'https://login.example';
const AUDIENCE = 'restante';
const SHARED_KEY = 'a key of at least thirty-two characters';

let server: RunningServer;
let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
let others: { privateKey: CryptoKey };
let jwks: { keys: object[] };
const clients: MqttClient[] = [];

beforeAll(async () => {
  server = await startServer({ RESTANTE_BASE_DOMAIN: 'iot.test', RESTANTE_ALLOW_PRIVATE_ADDRESSES: 'true' });
  keys = await generateKeyPair('RS256', { extractable: true });
  others = await generateKeyPair('RS256');
  jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one' }] };
  await tenant('acme');
});

afterAll(async () => {
  for (const client of clients) client.end(true);
  await server.stop();
});

/** A tenant whose credential `device` takes tokens of the issuer `identity`. */
async function tenant(slug: string, body: object = {}): Promise<void> {
  await server.api('POST', '/tenants', { slug });
  await server.api('POST', `/tenants/${slug}/credentials`, { username: 'device', loginMethods: ['token'] });
  await issuer(slug, 'identity', body);
}

async function issuer(slug: string, name: string, body: object = {}) {
  const given = { name, issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'], jwks, ...body };
  const answer = await server.api('POST', `/tenants/${slug}/token-issuers`, given);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** What of a token is not as it should be; undefined leaves a claim out. */
interface Made {
  claims?: JWTPayload;
  key?: CryptoKey | Uint8Array;
  header?: { alg: string; kid?: string };
}

function token({ claims = {}, key = keys.privateKey, header = { alg: 'RS256', kid: 'one' } }: Made = {}) {
  const now = Math.floor(Date.now() / 1_000);
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'device', iat: now, exp: now + 60, ...claims };
  return new SignJWT(all).setProtectedHeader(header).sign(key);
}

function open(password: string, options: IClientOptions = {}): MqttClient {
  const client = mqtt.connect(server.urls.mqtt, {
    ...{ username: 'acme:device', password, reconnectPeriod: 0, protocolVersion: 5, ...options },
  });
  clients.push(client);
  client.on('error', () => undefined);
  return client;
}

function connack(client: MqttClient): Promise<IConnackPacket> {
  return new Promise((resolve, reject) => {
    client.on('packetreceive', (packet) => packet.cmd === 'connack' && resolve(packet));
    client.once('close', () => reject(new Error('closed without CONNACK')));
  });
}

async function connect(password: string, options?: IClientOptions): Promise<MqttClient> {
  const client = open(password, options);
  const { reasonCode, properties } = await connack(client);
  expect({ reasonCode, reason: properties?.reasonString }).toEqual({ reasonCode: 0, reason: undefined });
  return client;
}

/** Why a client is not let in. */
async function refusal(password: string, options?: IClientOptions): Promise<string> {
  const { reasonCode, properties } = await connack(open(password, options));
  expect(reasonCode).not.toBe(0);
  return properties?.reasonString ?? '';
}

const NOT_ACCEPTED = 'The token is not accepted';
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

describe('a token', () => {
  test('lets its device in', async () => {
    await connect(await token());
  });

  test('names the credential where the client does not', async () => {
    await connect(await token(), { username: 'acme:' });
    expect(await refusal(await token({ claims: { sub: 'nobody' } }), { username: 'acme:' })).toMatch(
      /^Unknown/,
    );
  });

  test('lets no other device in', async () => {
    await server.api('POST', '/tenants/acme/credentials', { username: 'other', loginMethods: ['token'] });
    expect(await refusal(await token(), { username: 'acme:other' })).toBe(
      'The token names another credential',
    );
  });

  test('is nothing to a credential that does not take tokens', async () => {
    const { body } = await server.api('POST', '/tenants/acme/credentials', { username: 'by-secret' });
    const shown = await token({ claims: { sub: 'by-secret' } });
    expect(await refusal(shown, { username: 'acme:by-secret' })).toMatch(/^Unknown/);
    await connect(body.password, { username: 'acme:by-secret' });
  });

  test.each<[string, Made, RegExp]>([
    ['that has expired', { claims: { exp: inSeconds(-60) } }, /"exp" claim timestamp check failed/],
    ['that has just expired', { claims: { exp: inSeconds(-5) } }, /has expired/],
    ['that does not expire', { claims: { exp: undefined } }, /missing required "exp" claim/],
    ['that is good for too long', { claims: { exp: inSeconds(2 * 86_400) } }, /good for too long/],
    ['that expires at no time', { claims: { exp: 1e308 } }, /good for too long/],
    ['that is not valid yet', { claims: { nbf: inSeconds(3_600) } }, /"nbf" claim timestamp check failed/],
    ['for another audience', { claims: { aud: 'others' } }, /unexpected "aud" claim value/],
    ['without an audience', { claims: { aud: undefined } }, /missing required "aud" claim/],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, /^The token is not accepted$/],
    ['without a name', { claims: { sub: undefined } }, /missing required "sub" claim/],
    ['whose key is not known', { header: { alg: 'RS256', kid: 'two' } }, /^The token is not accepted$/],
  ])('%s is refused', async (_, made, reason) => {
    expect(await refusal(await token(made))).toMatch(reason);
  });

  test('may come from a clock that is a little ahead', async () => {
    await connect(await token({ claims: { nbf: inSeconds(20) } }));
  });

  test('signed by an algorithm that is not allowed is refused', async () => {
    const key = (await importJWK(await exportJWK(keys.privateKey), 'RS512')) as CryptoKey;
    expect(await refusal(await token({ key, header: { alg: 'RS512', kid: 'one' } }))).toBe(NOT_ACCEPTED);
  });

  test('signed with another key is refused', async () => {
    expect(await refusal(await token({ key: others.privateKey }))).toBe(NOT_ACCEPTED);
  });

  test('signed with the public key as if that were a secret is refused', async () => {
    const publicKey = createPublicKey({ key: jwks.keys[0], format: 'jwk' } as never);
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      publicKey.export({ type: 'pkcs1', format: 'pem' }),
      JSON.stringify(jwks.keys[0]),
    ];
    for (const form of forms) expect(await refusal(await signedWith(form))).toBe(NOT_ACCEPTED);
  });

  test.each(['none', 'None', 'NONE', ''])('that is not signed ("%s") is refused', async (alg) => {
    const [, payload] = (await token()).split('.');
    const header = Buffer.from(JSON.stringify({ alg, kid: 'one' })).toString('base64url');
    expect(await refusal(`${header}.${payload}.`)).toBe(NOT_ACCEPTED);
  });

  test('of a tenant that was deleted is nothing to a later one of its name', async () => {
    await tenant('again');
    const login = async () => connack(open(await token(), { username: 'again:device' }));
    expect((await login()).reasonCode).toBe(0);
    await server.api('DELETE', '/tenants/again');
    await eventually('its name is free', async () => {
      const { status } = await server.api('POST', '/tenants', { slug: 'again' });
      return status === 201;
    });
    await server.api('POST', '/tenants/again/credentials', { username: 'device', loginMethods: ['token'] });
    expect((await login()).reasonCode).toBe(0x86);
  });

  test('of one tenant’s issuer is nothing to another tenant', async () => {
    const { publicKey } = await generateKeyPair('RS256');
    await tenant('rival', { jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] } });
    expect(await refusal(await token(), { username: 'rival:device' })).toBe(NOT_ACCEPTED);
    await server.api('POST', '/tenants', { slug: 'bare' });
    const device = { username: 'device', loginMethods: ['token'] };
    await server.api('POST', '/tenants/bare/credentials', device);
    expect(await refusal(await token(), { username: 'bare:device' })).toBe(NOT_ACCEPTED);
  });

  test('may hold the client identifier', async () => {
    await tenant('bound', { clientIdClaim: 'client_id' });
    const shown = await token({ claims: { client_id: 'sensor-1' } });
    await connect(shown, { username: 'bound:device', clientId: 'sensor-1' });
    expect(await refusal(shown, { username: 'bound:device', clientId: 'sensor-2' })).toBe(
      'The token names another client identifier',
    );
    await connect(await token(), { username: 'bound:device', clientId: 'sensor-3' });
  });

  test('may be signed with a shared key, which is never shown', async () => {
    const body = { algorithms: ['HS256'], jwks: undefined, sharedKey: SHARED_KEY, usernameClaim: 'name' };
    await tenant('sharing', body);
    const key = Buffer.from(SHARED_KEY);
    const made = { key, header: { alg: 'HS256' }, claims: { sub: undefined, name: 'device' } };
    await connect(await token(made), { username: 'sharing:device' });
    const wrong = await token({ ...made, key: Buffer.from(`${SHARED_KEY}!`) });
    expect(await refusal(wrong, { username: 'sharing:device' })).toBe(NOT_ACCEPTED);
    const seen = await server.api('GET', '/tenants/sharing/token-issuers');
    expect(seen.body.items).toMatchObject([{ keys: 'shared-key', jwks: null, jwksUrl: null }]);
    const audit = await server.api('GET', '/tenants/sharing/audit');
    expect(JSON.stringify([seen.body, audit.body])).not.toContain(SHARED_KEY);
  });

  test('of one of several issuers of the same name is let in', async () => {
    const second = await generateKeyPair('ES256');
    await tenant('several');
    const { keys } = { keys: [{ ...(await exportJWK(second.publicKey)), kid: 'es' }] };
    await issuer('several', 'second', { jwks: { keys }, algorithms: ['ES256'], audience: 'other' });
    const made = { key: second.privateKey, header: { alg: 'ES256', kid: 'es' } };
    await connect(await token({ ...made, claims: { aud: 'other' } }), { username: 'several:device' });
    await connect(await token(), { username: 'several:device' });
    expect(await refusal(await token(made), { username: 'several:device' })).toMatch(/"aud"/);
  });
});

describe('a connection by token', () => {
  test('ends when the token does', async () => {
    const client = await connect(await token({ claims: { exp: inSeconds(2) } }));
    const [packet] = await once(client, 'disconnect');
    expect(packet).toMatchObject({ reasonCode: 0x87 });
  });

  const CHANGES: [string, (url: string) => Promise<unknown>][] = [
    [
      'its issuer is disabled',
      (url) => server.api('PATCH', `${url}/token-issuers/identity`, { isEnabled: false }),
    ],
    [
      'its issuer is changed',
      (url) => server.api('PATCH', `${url}/token-issuers/identity`, { audience: 'new' }),
    ],
    ['its issuer is deleted', (url) => server.api('DELETE', `${url}/token-issuers/identity`)],
    [
      'its credential is disabled',
      (url) => server.api('PATCH', `${url}/credentials/device`, { enabled: false }),
    ],
    [
      'its credential takes tokens no longer',
      (url) => server.api('PATCH', `${url}/credentials/device`, { loginMethods: ['secret'] }),
    ],
  ];

  test.each(CHANGES.map(([what, change], index) => ({ what, change, slug: `closing-${index}` })))(
    'ends at once when $what',
    async ({ change, slug }) => {
      await tenant(slug);
      const shown = await token();
      const client = await connect(shown, { username: `${slug}:device` });
      const closed = once(client, 'disconnect');
      await change(`/tenants/${slug}`);
      expect((await closed)[0]).toMatchObject({ reasonCode: 0x98 });
      await refusal(shown, { username: `${slug}:device` });
    },
  );
});

describe('keys at a URL', () => {
  let certificate: TestCertificate;
  let host: https.Server;
  let answer: string;
  let asked: number;
  let url: string;
  let trusted: string[];
  beforeAll(async () => {
    certificate = await TestCertificate.create();
    // As RESTANTE's operator trusts servers of their own network: NODE_EXTRA_CA_CERTS.
    trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, String(await certificate.pem())]);
    const pair = { cert: await certificate.pem(), key: await readFile(certificate.keyFile) };
    host = https.createServer(pair, (_, response) => {
      asked++;
      if (answer === '') response.socket!.destroy();
      else response.end(answer);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    url = `https://localhost:${(host.address() as AddressInfo).port}/jwks`;
  });
  beforeEach(() => {
    asked = 0;
    answer = JSON.stringify(jwks);
  });
  afterAll(async () => {
    tls.setDefaultCACertificates(trusted);
    host.close();
    await certificate.dispose();
  });

  test('are fetched when they are needed, and seldom', async () => {
    await tenant('fetching', { jwks: undefined, jwksUrl: url });
    expect(asked).toBe(0);
    const options = { username: 'fetching:device' };
    for (let count = 0; count < 3; count++) await connect(await token(), options);
    for (let count = 0; count < 3; count++)
      await refusal(await token({ header: { alg: 'RS256', kid: `unknown-${count}` } }), options);
    expect(asked).toBe(1);
  });

  test.each([
    ['cannot be had', ''],
    ['are none', '{}'],
    ['are endless', ' '.repeat(300_000)],
  ])(
    'that %s are no reason to call a token wrong, and are asked for once in a while',
    async (what, given) => {
      answer = given;
      const slug = `away-${what.replaceAll(' ', '-')}`;
      await tenant(slug, { jwks: undefined, jwksUrl: url });
      for (let count = 0; count < 3; count++) {
        const { reasonCode } = await connack(open(await token(), { username: `${slug}:device` }));
        expect(reasonCode).toBe(0x88);
      }
      expect(asked).toBe(1);
      const { body } = await server.api('GET', `/tenants/${slug}/credentials/device`);
      expect(body.failedLogins).toBe(0);
    },
  );

  test('are not fetched from private networks unless that is allowed', async () => {
    const guarded = await startServer();
    try {
      const post = async (jwksUrl: string) => {
        const given = { name: 'a', issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'], jwksUrl };
        return (await guarded.api('POST', '/tenants/demo/token-issuers', given)).body;
      };
      for (const forbidden of [url, 'https://127.0.0.1/', 'https://[::1]/', 'https://169.254.169.254/latest'])
        expect((await post(forbidden)).detail).toMatch(/is not a public address/);
      expect((await post('http://example.com/')).detail).toBe('It must be https');
    } finally {
      await guarded.stop();
    }
  });
});

describe('an issuer', () => {
  const refused = async (body: object) => {
    const given = { name: 'bad', issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'], ...body };
    const answer = await server.api('POST', '/tenants/acme/token-issuers', given);
    expect(answer.status).toBe(400);
    return answer.body.detail as string;
  };

  test('has one source of keys, and algorithms that go with it', async () => {
    expect(await refused({})).toMatch(/One of/);
    expect(await refused({ jwks, sharedKey: SHARED_KEY })).toMatch(/One of/);
    expect(await refused({ jwks, algorithms: ['RS256', 'HS256'] })).toMatch(
      /HS256 does not go with public keys/,
    );
    expect(await refused({ sharedKey: SHARED_KEY })).toMatch(/RS256 does not go with a shared key/);
    expect(await refused({ jwks, algorithms: ['none'] })).toMatch(/algorithms/);
    expect(await refused({ jwks, algorithms: [] })).toMatch(/algorithms/);
    expect(await refused({ sharedKey: 'short', algorithms: ['HS256'] })).toMatch(/sharedKey/);
    const change = { algorithms: ['HS256'] };
    const { body } = await server.api('PATCH', '/tenants/acme/token-issuers/identity', change);
    expect(body.detail).toMatch(/HS256 does not go with public keys/);
  });

  test('keeps public keys alone, that are long enough', async () => {
    const privateJwk = await exportJWK(keys.privateKey);
    expect(await refused({ jwks: { keys: [privateJwk] } })).toMatch(/private key/);
    const symmetric = { kty: 'oct', k: Buffer.from(SHARED_KEY).toString('base64url') };
    expect(await refused({ jwks: { keys: [symmetric] } })).toMatch(/private key/);
    const short = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 0xd5).toString('base64url') };
    expect(await refused({ jwks: { keys: [short] } })).toMatch(/shorter than 2048 bits/);
    expect(await refused({ jwks: { keys: [{ kty: 'RSA' }] } })).toMatch(/no public key/);
    expect(await refused({ jwks: { keys: [] } })).toMatch(/1 to 20 keys/);
  });
});

test('whatever is changed in a token, it is refused, and nothing breaks', async () => {
  const prisma = createPrisma(createControlPool(server.databaseUrl));
  const agent = outboundAgent(false);
  try {
    const logins = new TokenLogins(prisma, new Sealed('', ''), agent, createLog('silent'));
    const good = await token();
    expect(await logins.prove('acme', 'device', '', good)).toMatchObject({ expiresAt: expect.any(Number) });
    const change = fc.record({ at: fc.nat(good.length), cut: fc.nat(3), put: fc.string({ maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let changed = good;
        for (const { at, cut, put } of changes)
          changed = changed.slice(0, at) + put + changed.slice(at + cut);
        fc.pre(!isSame(changed, good));
        expect(await logins.prove('acme', 'device', '', changed)).toHaveProperty('refusal');
        await logins.usernameOf('acme', changed);
      }),
      { numRuns: 1_000 },
    );
  } finally {
    await agent.destroy();
    await prisma.$disconnect();
  }
});

/** The last character of a signature holds bits that mean nothing. */
function isSame(a: string, b: string): boolean {
  const parts = (text: string) =>
    text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));
  return parts(a).join('.') === parts(b).join('.');
}

async function signedWith(secret: string | Buffer): Promise<string> {
  const [, payload] = (await token()).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'one' })).toString('base64url');
  const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${signature}`;
}
