import 'reflect-metadata';
import { X509CrlGenerator } from '@peculiar/x509';
import { createControlPool, createPrisma } from '@restante/database';
import fc from 'fast-check';
import mqtt, { type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { TestCertificate } from '../../../../../tests/harness/certificate.ts';
import { once, type RunningServer, startServer } from '../../../testing/running-server.ts';
import { type DeviceCertificate, selfSignedDevice, TestAuthority } from '../../../testing/test-authority.ts';
import { CertificateLogins } from './certificate-logins.ts';

/** Devices show certificates over real TLS; OpenSSL issues and revokes them. */

let server: RunningServer;
let serverCertificate: TestCertificate;
let factory: TestAuthority;
const authorities: TestAuthority[] = [];
const clients: MqttClient[] = [];

beforeAll(async () => {
  serverCertificate = await TestCertificate.create();
  server = await startServer({
    ...serverCertificate.environment,
    RESTANTE_BASE_DOMAIN: 'iot.test',
    RESTANTE_HTTPS_CLIENT_CERTIFICATES: 'true',
  });
  factory = await authority('Factory');
  await tenant('acme', factory);
});

afterAll(async () => {
  for (const client of clients) client.end(true);
  await server.stop();
  await Promise.all(authorities.map((authority) => authority.dispose()));
  await serverCertificate.dispose();
});

async function authority(...given: Parameters<typeof TestAuthority.create>): Promise<TestAuthority> {
  const made = await TestAuthority.create(...given);
  authorities.push(made);
  return made;
}

/** A tenant with the credential `device`, which takes certificates alone. */
async function tenant(slug: string, trusted?: TestAuthority, body: object = {}): Promise<void> {
  await server.api('POST', '/tenants', { slug });
  await credential(slug, 'device');
  if (trusted !== undefined) await register(slug, 'factory', trusted, body);
}

async function credential(slug: string, username: string, body: object = {}) {
  const given = { username, loginMethods: ['certificate'], ...body };
  const { status, body: issued } = await server.api('POST', `/tenants/${slug}/credentials`, given);
  expect(status).toBe(201);
  return issued as { mqttUsername: string; password: string };
}

async function register(slug: string, name: string, { certificate }: TestAuthority, body: object = {}) {
  const given = { name, certificate, ...body };
  const { status, body: view } = await server.api('POST', `/tenants/${slug}/certificate-authorities`, given);
  expect({ status, view }).toMatchObject({ status: 201 });
  return view;
}

const WAYS = ['mqtts', 'wss'] as const;
type Way = (typeof WAYS)[number];

function open(shown: DeviceCertificate | null, options: IClientOptions, way: Way = 'mqtts') {
  const { cert, key } = shown ?? {};
  const ownTls = { cert, key, rejectUnauthorized: false };
  const client = mqtt.connect(server.urls[way], {
    ...{ reconnectPeriod: 0, protocolVersion: 5, ...(way === 'wss' ? { wsOptions: ownTls } : ownTls) },
    ...options,
  });
  clients.push(client);
  return client;
}

async function connect(
  shown: DeviceCertificate | null,
  options: IClientOptions = { username: 'acme:device' },
  way?: Way,
) {
  const client = open(shown, options, way);
  const { reasonCode, properties } = await connack(client);
  expect({ reasonCode, reason: properties?.reasonString }).toEqual({ reasonCode: 0, reason: undefined });
  return client;
}

/** Why a client is not let in. */
async function refusal(
  shown: DeviceCertificate | null,
  options: IClientOptions = { username: 'acme:device' },
): Promise<string> {
  const { reasonCode, properties } = await connack(open(shown, options));
  expect(reasonCode).not.toBe(0);
  return properties?.reasonString ?? '';
}

function connack(client: MqttClient): Promise<IConnackPacket> {
  client.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    client.on('packetreceive', (packet) => packet.cmd === 'connack' && resolve(packet));
    client.once('close', () => reject(new Error('closed without CONNACK')));
  });
}

const UNKNOWN = 'Unknown user name or wrong password';
const NOT_ACCEPTED = 'The certificate is not accepted';

describe('a certificate of the tenant’s authority', () => {
  test.each(WAYS)('lets its device in without a password, by %s', async (way) => {
    await connect(await factory.issue(), { username: 'acme:device' }, way);
  });

  test('lets no other device in', async () => {
    await credential('acme', 'other');
    expect(await refusal(await factory.issue({ commonName: 'other' }))).toBe(
      'The certificate names another credential',
    );
    expect(await refusal(await factory.issue({ commonName: 'nobody' }), { username: 'acme:nobody' })).toBe(
      UNKNOWN,
    );
  });

  test('names the credential where the tenant is known and no user name is sent', async () => {
    const shown = await factory.issue();
    await connect(shown, { username: 'acme:' });
    await connect(shown, { servername: 'acme.iot.test' } as IClientOptions);
  });

  test('does not make up for a wrong password, nor for one where the credential has none', async () => {
    expect(await refusal(await factory.issue(), { username: 'acme:device', password: 'wrong' })).toBe(
      UNKNOWN,
    );
  });

  test('is nothing to a credential that takes secrets alone, whose secret is as good as ever', async () => {
    const { password } = await credential('acme', 'by-secret', { loginMethods: ['secret'] });
    const shown = await factory.issue({ commonName: 'by-secret' });
    expect(await refusal(shown, { username: 'acme:by-secret' })).toBe(UNKNOWN);
    await connect(shown, { username: 'acme:by-secret', password });
  });

  test('may be one of two ways in; without it the secret of a credential is good only if it takes secrets', async () => {
    const both = await credential('acme', 'both', { loginMethods: ['secret', 'certificate'] });
    await connect(null, { username: 'acme:both', password: both.password });
    await connect(await factory.issue({ commonName: 'both' }), { username: 'acme:both' });
    const one = await credential('acme', 'one');
    expect(await refusal(null, { username: 'acme:one', password: one.password })).toBe(UNKNOWN);
    expect(await refusal(null, { username: 'acme:one' })).toBe(UNKNOWN);
  });

  test('is nothing to another tenant', async () => {
    await tenant('rival', await authority('Rival'));
    expect(await refusal(await factory.issue(), { username: 'rival:device' })).toBe(NOT_ACCEPTED);
    await tenant('bare');
    expect(await refusal(await factory.issue(), { username: 'bare:device' })).toBe(NOT_ACCEPTED);
  });

  test('of an authority that only has the same name is refused', async () => {
    const impostor = await authority('Factory');
    expect(await refusal(await impostor.issue())).toBe(NOT_ACCEPTED);
    expect(await refusal(await selfSignedDevice('device'))).toBe(NOT_ACCEPTED);
  });

  test('must be meant for clients, and its extensions understood', async () => {
    const not = async (...extensions: string[]) => refusal(await factory.issue({ extensions }));
    expect(await not('extendedKeyUsage=serverAuth')).toMatch(/no clientAuth/);
    expect(await not('keyUsage=critical,keyEncipherment')).toMatch(/digitalSignature/);
    expect(await not('1.2.3.4=critical,ASN1:NULL')).toMatch(/1\.2\.3\.4 is not understood/);
    await connect(
      await factory.issue({
        extensions: [
          'extendedKeyUsage=serverAuth,clientAuth',
          'keyUsage=critical,digitalSignature',
          '1.2.3.4=ASN1:NULL',
        ],
      }),
    );
  });
});

describe('the time of a certificate', () => {
  test('must have come and not be over', async () => {
    const now = Date.now();
    const hour = 3_600_000;
    const expired = await factory.issue({ from: new Date(now - 2 * hour), to: new Date(now - hour) });
    expect(await refusal(expired)).toBe('The certificate has expired');
    const early = await factory.issue({ from: new Date(now + hour), to: new Date(now + 2 * hour) });
    expect(await refusal(early)).toBe('The certificate is not valid yet');
  });

  test('ends the connection', async () => {
    const shown = await factory.issue({ to: new Date(Date.now() + 3_000) });
    const client = await connect(shown);
    const [packet] = await once(client, 'disconnect');
    expect(packet).toMatchObject({ reasonCode: 0x87 });
    expect(await refusal(shown)).toBe('The certificate has expired');
  });
});

describe('the name in a certificate', () => {
  test.each([
    ['san-dns', '', 'DNS:device', 'DNS:other'],
    ['san-dns', 'd-', 'DNS:d-device', 'DNS:device'],
    ['san-uri', 'urn:device:', 'URI:urn:device:device', 'URI:urn:other:device'],
    ['san-email', '', 'email:device', 'email:device@example.com'],
    ['common-name', 'sn:', 'DNS:ignored', 'DNS:ignored'],
  ])('stands where the authority says: %s behind "%s"', async (nameFrom, namePrefix, good, bad) => {
    const slug = `named-${nameFrom}-${namePrefix.length}`;
    const trusted = await authority('Named');
    await tenant(slug, trusted, { nameFrom, namePrefix });
    const [goodName, badName] = nameFrom === 'common-name' ? ['sn:device', 'device'] : ['x', 'device'];
    const issue = (commonName: string, san: string) =>
      trusted.issue({ commonName, extensions: [`subjectAltName=${san}`] });
    await connect(await issue(goodName, good), { username: `${slug}:device` });
    expect(await refusal(await issue(badName, bad), { username: `${slug}:device` })).toBe(
      'The certificate names another credential',
    );
  });

  test('may be one of several when the client says which, and must be the only one when it does not', async () => {
    const trusted = await authority('Several');
    await tenant('several', trusted, { nameFrom: 'san-dns' });
    const shown = await trusted.issue({ extensions: ['subjectAltName=DNS:device,DNS:spare'] });
    await connect(shown, { username: 'several:device' });
    expect(await refusal(shown, { username: 'several:' })).toMatch(/A user name is needed/);
  });
});

describe('intermediate authorities', () => {
  test('are followed up to the registered one, also when a TLS session is resumed', async () => {
    const root = await authority('Root');
    const upper = await authority('Upper', ['keyUsage=critical,keyCertSign'], root);
    const lower = await authority('Lower', [], upper);
    await tenant('deep', root);
    const shown = await lower.issue();
    const sessions: Buffer[] = [];
    const first = open(shown, { username: 'deep:device' });
    (first.stream as tls.TLSSocket).on('session', (session: Buffer) => sessions.push(session));
    expect((await connack(first)).reasonCode).toBe(0);
    while (sessions.length === 0) await once(first, 'packetreceive' as never);
    const again = await connect(shown, { username: 'deep:device', session: sessions[0] } as IClientOptions);
    expect((again.stream as tls.TLSSocket).isSessionReused()).toBe(true);
  });

  test('must be allowed to issue', async () => {
    const root = await authority('Strict', ['keyUsage=critical,keyCertSign,cRLSign']);
    await tenant('strict', root);
    const leaf = await root.issue();
    const noAuthority = await authority('Pretender', [], root);
    const below = async (...extensions: string[]) => {
      const middle = await authority('Middle', extensions, root);
      return refusal(await middle.issue(), { username: 'strict:device' });
    };
    await connect(leaf, { username: 'strict:device' });
    await connect(await noAuthority.issue(), { username: 'strict:device' });
    expect(await below('keyUsage=critical,digitalSignature')).toBe(NOT_ACCEPTED);
    expect(await below('extendedKeyUsage=serverAuth')).toMatch(/may not issue/);
    expect(await below('nameConstraints=permitted;DNS:example.com')).toMatch(/may not issue/);
    const short = await authority('Short', ['basicConstraints=critical,CA:TRUE,pathlen:0'], root);
    await connect(await short.issue(), { username: 'strict:device' });
    const belowShort = await authority('Below', [], short);
    expect(await refusal(await belowShort.issue(), { username: 'strict:device' })).toMatch(/may not issue/);
  });

  test('that are registered and disabled are not gone around', async () => {
    const root = await authority('Great');
    const middle = await authority('Small', [], root);
    await tenant('around', root);
    await register('around', 'middle', middle, { isEnabled: false });
    expect(await refusal(await middle.issue(), { username: 'around:device' })).toMatch(/disabled/);
    await server.api('PATCH', '/tenants/around/certificate-authorities/middle', { isEnabled: true });
    await connect(await middle.issue(), { username: 'around:device' });
  });
});

describe('revoking', () => {
  test.each(WAYS)('by list closes the connection at once, by %s', async (way) => {
    const trusted = await authority('Revoker');
    const slug = `revoked-${way}`;
    await tenant(slug, trusted);
    const options = { username: `${slug}:device` };
    const [bad, good] = [await trusted.issue(), await trusted.issue()];
    const victim = await connect(bad, { ...options, clientId: 'victim' }, way);
    const other = await connect(good, { ...options, clientId: 'other' }, way);
    const old = await trusted.revocationList();
    await trusted.revoke(bad);
    const closed = once(victim, 'disconnect');
    const url = `/tenants/${slug}/certificate-authorities/factory`;
    const { status, body } = await server.api('PUT', `${url}/crl`, { crl: await trusted.revocationList() });
    expect({ status, crl: body.crl }).toMatchObject({ status: 200, crl: { number: '2' } });
    expect((await closed)[0]).toMatchObject({ reasonCode: 0x98 });
    expect(await refusal(bad, options)).toBe('The certificate is not accepted: it is revoked');
    expect(other.connected).toBe(true);
    expect((await server.api('PUT', `${url}/crl`, { crl: old })).body.code).toBe('older-list');
    expect(await refusal(bad, options)).toMatch(/revoked/);
    const { body: listed } = await server.api('GET', `${url}/revoked`);
    expect(listed).toMatchObject({ items: [{ serialNumber: serialOf(bad), byCrl: true }], next: null });
  });

  test('by hand closes the connection at once, and can be taken back', async () => {
    const trusted = await authority('By hand');
    await tenant('by-hand', trusted);
    const shown = await trusted.issue();
    const client = await connect(shown, { username: 'by-hand:device' });
    const closed = once(client, 'disconnect');
    const url = '/tenants/by-hand/certificate-authorities/factory/revoked';
    const written = serialOf(shown)
      .toUpperCase()
      .replace(/(..)(?=.)/g, '$1:');
    const { body } = await server.api('POST', url, { serialNumbers: [written] });
    expect(body).toEqual({ revoked: 1 });
    await closed;
    expect(await refusal(shown, { username: 'by-hand:device' })).toMatch(/revoked/);
    expect((await server.api('DELETE', `${url}/${serialOf(shown)}`)).status).toBe(204);
    expect((await server.api('DELETE', `${url}/${serialOf(shown)}`)).body.code).toBe(
      'certificate-not-revoked',
    );
    await connect(shown, { username: 'by-hand:device' });
  });

  test('an intermediate authority revokes all below it', async () => {
    const root = await authority('Upmost');
    const middle = await authority('Midmost', [], root);
    await tenant('midmost', root);
    const shown = await middle.issue();
    const client = await connect(shown, { username: 'midmost:device' });
    const closed = once(client, 'disconnect');
    await root.revoke({ cert: middle.certificate, key: '' });
    const url = '/tenants/midmost/certificate-authorities/factory/crl';
    await server.api('PUT', url, { crl: await root.revocationList() });
    await closed;
    expect(await refusal(shown, { username: 'midmost:device' })).toMatch(/revoked/);
  });

  test('takes lists of that authority alone, signed by it, whole', async () => {
    const trusted = await authority('Lister');
    await tenant('lister', trusted);
    const url = '/tenants/lister/certificate-authorities/factory/crl';
    const put = async (crl: string) => (await server.api('PUT', url, { crl })).body.detail;
    expect(await put(await factory.revocationList())).toBe('It is the list of another authority');
    const impostor = await authority('Lister');
    expect(await put(await impostor.revocationList())).toBe("It is not signed with the authority's key");
    expect(await put(await trusted.revocationList('-crlexts', 'partial'))).toMatch(
      /2\.5\.29\.28 is not understood/,
    );
    expect(await put(await listWithoutEnd('Lister', await trusted.key()))).toMatch(/nextUpdate/);
    const list = await trusted.revocationList();
    expect(await put(list.slice(0, 120))).toBe('It is no revocation list that can be read');
    expect(await put('nonsense')).toBe('It is no revocation list that can be read');
    expect(await put(list.replace(/-----[^-]*-----/g, '').replaceAll('\n', ''))).toBeUndefined();
  });
});

describe('what closes connections at once', () => {
  const CHANGES: [string, (url: string) => Promise<unknown>][] = [
    [
      'disabling the authority',
      (url) => server.api('PATCH', `${url}/certificate-authorities/factory`, { isEnabled: false }),
    ],
    ['deleting the authority', (url) => server.api('DELETE', `${url}/certificate-authorities/factory`)],
    [
      'reading the name elsewhere',
      (url) => server.api('PATCH', `${url}/certificate-authorities/factory`, { nameFrom: 'san-dns' }),
    ],
    [
      'disabling the credential',
      (url) => server.api('PATCH', `${url}/credentials/device`, { enabled: false }),
    ],
    ['deleting the credential', (url) => server.api('DELETE', `${url}/credentials/device`)],
    [
      'taking certificates no longer',
      (url) => server.api('PATCH', `${url}/credentials/device`, { loginMethods: ['secret'] }),
    ],
    [
      'pinning another certificate',
      (url) =>
        server.api('PATCH', `${url}/credentials/device`, { certificateFingerprints: ['a'.repeat(64)] }),
    ],
    ['suspending the tenant', (url) => server.api('PATCH', url, { suspended: true })],
  ];

  // Half of them over WebSocket: how a connection is closed is the same for all.
  test.each(CHANGES.map(([what, change], index) => ({ what, change, way: WAYS[index % 2] })))(
    '$what, by $way',
    async ({ what, change, way }) => {
      const slug = `closing-${CHANGES.findIndex(([name]) => name === what)}`;
      await tenant(slug, factory);
      const shown = await factory.issue();
      const client = await connect(shown, { username: `${slug}:device` }, way);
      const closed = once(client, 'disconnect');
      await change(`/tenants/${slug}`);
      await closed;
      await refusal(shown, { username: `${slug}:device` });
    },
  );
});

describe('a pinned certificate', () => {
  test('is the only one that is good, whoever issued it', async () => {
    const [pinned, other] = [await selfSignedDevice('anything'), await selfSignedDevice('anything')];
    const { fingerprint256 } = new X509Certificate(pinned.cert);
    await credential('acme', 'pinned', { certificateFingerprints: [fingerprint256] });
    await connect(pinned, { username: 'acme:pinned' });
    expect(await refusal(other, { username: 'acme:pinned' })).toBe(NOT_ACCEPTED);
    expect(await refusal(await factory.issue({ commonName: 'pinned' }), { username: 'acme:pinned' })).toBe(
      NOT_ACCEPTED,
    );
    const { body } = await server.api('GET', '/tenants/acme/credentials/pinned');
    expect(body.certificateFingerprints).toEqual([fingerprint256.replaceAll(':', '').toLowerCase()]);
  });

  test('is refused when it is revoked all the same', async () => {
    const shown = await factory.issue({ commonName: 'whatever' });
    const certificateFingerprints = [new X509Certificate(shown.cert).fingerprint256];
    await credential('acme', 'revoked-pin', { certificateFingerprints });
    await connect(shown, { username: 'acme:revoked-pin' });
    const url = '/tenants/acme/certificate-authorities/factory/revoked';
    await server.api('POST', url, { serialNumbers: [serialOf(shown)] });
    expect(await refusal(shown, { username: 'acme:revoked-pin' })).toMatch(/revoked/);
  });
});

describe('a certificate alone', () => {
  test('finds its tenant when that has proved that the authority is its own', async () => {
    const trusted = await authority('Proved');
    await tenant('proved', trusted);
    const shown = await trusted.issue();
    expect(await refusal(shown, {})).toMatch(/A user name is needed/);
    const url = '/tenants/proved/certificate-authorities/factory';
    const prove = async (commonName: string) => {
      const { cert } = await trusted.issue({ commonName });
      return server.api('PATCH', url, { proof: cert });
    };
    expect((await prove('restante tenant acme')).body.detail).toMatch('"restante tenant proved"');
    expect((await prove('restante tenant proved')).body).toMatchObject({ isProved: true });
    await connect(shown, {});
    await connect(shown, { username: 'device' });
    expect(await refusal(shown, { username: 'other' })).toBe(UNKNOWN);
  });

  test('is not led astray by a tenant that registers somebody else’s authority', async () => {
    await tenant('thief', factory);
    expect(await refusal(await factory.issue(), {})).toMatch(/A user name is needed/);
    const own = await authority('Thief');
    const { cert } = await own.issue({ commonName: 'restante tenant thief' });
    const url = '/tenants/thief/certificate-authorities/factory';
    expect((await server.api('PATCH', url, { proof: cert })).body.detail).toMatch(/has not issued/);
  });

  test('is not kept from its tenant by authorities of the same name', async () => {
    const [trusted, namesake] = [await authority('Namesake'), await authority('Namesake')];
    for (const [slug, theirs] of [
      ['mimic', namesake],
      ['original', trusted],
    ] as const) {
      const { cert } = await theirs.issue({ commonName: `restante tenant ${slug}` });
      await tenant(slug, theirs, { proof: cert });
    }
    const client = await connect(await trusted.issue(), { clientId: 'of-original' });
    const { body } = await server.api('GET', '/tenants/original/sessions');
    expect(body.items.map((session: { clientId: string }) => session.clientId)).toEqual(['of-original']);
    client.end();
  });

  test('of an authority that two tenants have does not tell which', async () => {
    const shared = await authority('Shared');
    for (const slug of ['left', 'right']) {
      const { cert } = await shared.issue({ commonName: `restante tenant ${slug}` });
      await tenant(slug, shared, { proof: cert });
    }
    const shown = await shared.issue();
    expect(await refusal(shown, {})).toMatch(/A user name is needed/);
    await connect(shown, { username: 'left:device' });
  });
});

test('whatever is changed in a certificate, it is refused, and nothing breaks', async () => {
  const prisma = createPrisma(createControlPool(server.databaseUrl));
  try {
    const logins = new CertificateLogins(prisma);
    const { raw } = new X509Certificate((await factory.issue()).cert);
    expect(await logins.prove('acme', 'device', [], [raw])).toMatchObject({ expiresAt: expect.any(Number) });
    const change = fc.record({
      at: fc.nat(raw.length - 1),
      to: fc.nat(255),
      cut: fc.option(fc.nat(raw.length)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let changed = Buffer.from(raw);
        for (const { at, to, cut } of changes) {
          if (at < changed.length) changed[at] = to;
          if (cut !== null) changed = changed.subarray(0, cut);
        }
        fc.pre(!changed.equals(raw));
        const proven = await logins.prove('acme', 'device', [], [changed]);
        expect(proven).toHaveProperty('refusal');
        await logins.tenantOf([changed, raw]);
      }),
      { numRuns: 500 },
    );
  } finally {
    await prisma.$disconnect();
  }
});

/** As OpenSSL would never make it. */
async function listWithoutEnd(name: string, key: string): Promise<string> {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await crypto.subtle.importKey('pkcs8', der, signingAlgorithm, false, ['sign']);
  const entries = [{ serialNumber: '0a', revocationDate: new Date() }];
  const made = { issuer: `CN=${name}`, thisUpdate: new Date(), entries, signingAlgorithm, signingKey };
  return (await X509CrlGenerator.create(made)).toString('pem');
}

function serialOf({ cert }: DeviceCertificate): string {
  return new X509Certificate(cert).serialNumber.toLowerCase();
}
