import 'reflect-metadata';
import { jest } from '@jest/globals';
import type { EnhancedLogin, Login } from '@restante/broker';
import { createControlPool, createPrisma, type PrismaClient } from '@restante/database';
import { pbkdf2Sync, X509Certificate } from 'node:crypto';
import { ScramClient } from '../../../../../tests/conformance/scram-client.ts';
import { createTestDatabase, type TestDatabase } from '../../../../../tests/harness/test-database.ts';
import { selfSignedDevice } from '../../../testing/test-authority.ts';
import { createLog } from '../../log.ts';
import { Sealed } from '../sealed.ts';
import { CertificateLogins } from '../certificates/certificate-logins.ts';
import { outboundAgent } from '../outbound/public-address.ts';
import { TokenLogins } from '../tokens/token-logins.ts';
import type { CredentialActivity } from './credential-activity.ts';
import { CredentialDirectory } from './credential-directory.ts';
import { ImportedPasswords } from './imported/imported-passwords.ts';
import { PepperedHash } from './imported/peppered-hash.ts';
import { storedSecret } from './stored-secret.ts';

const SECRET = 'a secret';

let database: TestDatabase;
let prisma: PrismaClient;
let directory: CredentialDirectory;
let imported: ImportedPasswords;
let credentialId: number;
let noted: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  prisma = createPrisma(createControlPool(database.url));
  const credential = { username: 'device', ...(await storedSecret(SECRET)) };
  await prisma.tenant.create({ data: { slug: 'acme', name: '', credentials: { create: credential } } });
  const found = await prisma.credential.findFirstOrThrow({ where: { username: 'device' } });
  credentialId = found.id;
});

beforeEach(async () => {
  noted = [];
  await change({ enabled: true, loginMethods: ['secret'] });
  begin('server');
});

function begin(serverSecret: string): void {
  const activity = { seen: () => noted.push('seen'), failed: () => noted.push('failed') };
  const tokens = new TokenLogins(prisma, new Sealed('', ''), outboundAgent(false), createLog('silent'));
  const certificates = new CertificateLogins(prisma);
  const asActivity = activity as unknown as CredentialActivity;
  imported = new ImportedPasswords(prisma, serverSecret, createLog('silent'));
  directory = new CredentialDirectory(prisma, asActivity, null, certificates, tokens, imported);
}

afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

function change(data: { enabled?: boolean; loginMethods?: string[]; certificateFingerprints?: string[] }) {
  return prisma.credential.update({ where: { id: credentialId }, data });
}

function login(shown: Partial<Login> = {}): Login {
  return {
    ...{ username: 'acme:device', password: Buffer.from(SECRET), clientIdentifier: '', remoteAddress: '' },
    ...{ serverName: undefined, certificates: undefined, ...shown },
  };
}

describe('a login that is being decided when its credential is changed', () => {
  test('is decided anew', async () => {
    const deciding = directory.authenticate(login());
    await change({ enabled: false });
    directory.changed();
    expect(await deciding).toMatchObject({ accepted: false, reason: 'The credential is disabled' });
    expect(noted).toEqual([]);
  });

  test('is not decided while that goes on and on', async () => {
    let isDone = false;
    const deciding = directory.authenticate(login()).finally(() => (isDone = true));
    while (!isDone) {
      directory.changed();
      await new Promise(setImmediate);
    }
    expect(await deciding).toMatchObject({ accepted: false, reasonCode: 0x89 });
  });

  test('is not held up by credentials that are added', async () => {
    let isDone = false;
    const deciding = directory.authenticate(login()).finally(() => (isDone = true));
    while (!isDone) {
      directory.added(1, 'acme', 'another');
      await new Promise(setImmediate);
    }
    expect(await deciding).toMatchObject({ accepted: true });
  });

  test('is refused at the end of its exchange of AUTH packets', async () => {
    const client = new ScramClient('acme:device', SECRET);
    const answer = async (exchange: EnhancedLogin) => {
      const step = await exchange.next(Buffer.from(client.firstMessage));
      return step.state === 'challenge' ? client.answer(step.data.toString()) : '';
    };
    const exchanges = ['first', 'second'].map(() => directory.enhanced('SCRAM-SHA-256', login())!);
    const good = await answer(exchanges[0]);
    expect(await exchanges[0].next(Buffer.from(good))).toMatchObject({ state: 'accepted' });
    const late = await answer(exchanges[1]);
    await change({ loginMethods: ['certificate'] });
    directory.changed();
    expect(await exchanges[1].next(Buffer.from(late))).toMatchObject({ state: 'refused' });
  });
});

describe('what is noted of a login', () => {
  test('by secret', async () => {
    await directory.authenticate(login());
    await directory.authenticate(login({ password: Buffer.from('wrong') }));
    expect(noted).toEqual(['seen', 'failed']);
  });

  test('by certificate', async () => {
    const [good, bad] = await Promise.all([selfSignedDevice('good'), selfSignedDevice('bad')]);
    const [pinned, other] = [new X509Certificate(good.cert), new X509Certificate(bad.cert)];
    await change({
      loginMethods: ['certificate'],
      certificateFingerprints: [pinned.fingerprint256.replaceAll(':', '').toLowerCase()],
    });
    const show = ({ raw }: X509Certificate) =>
      directory.authenticate(login({ password: undefined, certificates: [raw] }));
    expect(await show(pinned)).toMatchObject({ accepted: true });
    expect(await show(other)).toMatchObject({ accepted: false });
    expect(noted).toEqual(['seen', 'failed']);
  });

  test('by SCRAM', async () => {
    for (const secret of [SECRET, 'wrong']) {
      const client = new ScramClient('acme:device', secret);
      const exchange = directory.enhanced('SCRAM-SHA-256', login())!;
      const step = await exchange.next(Buffer.from(client.firstMessage));
      await exchange.next(Buffer.from(client.answer(String((step as { data: Buffer }).data))));
    }
    expect(noted).toEqual(['seen', 'failed']);
  });

  test('by token', async () => {
    await change({ loginMethods: ['token'] });
    await directory.authenticate(login({ password: Buffer.from('e30.e30.') }));
    expect(noted).toEqual(['failed']);
  });
});

test('clients are asked for certificates from when a credential takes them', async () => {
  await directory.start();
  expect(directory.asksForCertificates).toBe(false);
  directory.takesCertificates();
  expect(directory.asksForCertificates).toBe(true);
  await change({ loginMethods: ['secret', 'certificate'] });
  const restarted = new CredentialDirectory(
    prisma,
    ...([null, null, null, null, null] as unknown as [never, null, never, never, never]),
  );
  await restarted.start();
  expect(restarted.asksForCertificates).toBe(true);
});

describe('a password that a device brings from another broker', () => {
  const salt = Buffer.from('salt');
  const hashOf = (password: string, iterations = 101) =>
    `$pbkdf2-sha512$i=${iterations}$${salt.toString('base64')}$${pbkdf2Sync(password, salt, iterations, 64, 'sha512').toString('base64')}`;

  async function addImported(username: string, passwordHash: string): Promise<void> {
    const { id: tenantId } = await prisma.tenant.findUniqueOrThrow({ where: { slug: 'acme' } });
    const secretHash = (await storedSecret('nobody knows it')).secretHash;
    await prisma.credential.create({ data: { tenantId, username, secretHash, passwordHash } });
  }

  const as = (username: string, password: string, remoteAddress = '192.0.2.1:50000') =>
    directory.authenticate(
      login({ username: `acme:${username}`, password: Buffer.from(password), remoteAddress }),
    );

  test('is checked as that broker did once, then quickly; the database tells it to nobody who tries words', async () => {
    await addImported('lamp', hashOf('from before'));
    const stored = () => prisma.credential.findFirstOrThrow({ where: { username: 'lamp' } });
    expect(await as('lamp', 'another')).toMatchObject({ accepted: false, reasonCode: 0x86 });
    expect((await stored()).passwordHash).toBe(hashOf('from before'));
    expect(await as('lamp', 'from before')).toMatchObject({ accepted: true });
    const { passwordHash, secretHash, scram } = await stored();
    expect({ passwordHash, scram }).toEqual({
      passwordHash: expect.stringMatching(/^\$argon2id\$/),
      scram: null,
    });
    const quick = new PepperedHash('server');
    expect(quick.isOf(secretHash, Buffer.from('from before'))).toBe(true);
    expect(new PepperedHash('another').isOf(secretHash, Buffer.from('from before'))).toBeNull();
    const isRight = jest.spyOn(imported, 'isRight');
    expect(await as('lamp', 'from before')).toMatchObject({ accepted: true });
    expect(await as('lamp', 'another')).toMatchObject({ accepted: false });
    expect(isRight).not.toHaveBeenCalled();
  });

  test('lets in also when the server has another secret than before', async () => {
    await addImported('moved', hashOf('from before'));
    expect(await as('moved', 'from before')).toMatchObject({ accepted: true });
    begin('another secret');
    expect(await as('moved', 'another')).toMatchObject({ accepted: false });
    expect(await as('moved', 'from before')).toMatchObject({ accepted: true });
    const { secretHash } = await prisma.credential.findFirstOrThrow({ where: { username: 'moved' } });
    const quick = new PepperedHash('another secret');
    expect(quick.isOf(secretHash, Buffer.from('from before'))).toBe(true);
  });

  test('is good for as long as a rotation says', async () => {
    await addImported('door', hashOf('x'));
    const issued = await storedSecret('issued');
    const previous = (await prisma.credential.findFirstOrThrow({ where: { username: 'door' } })).secretHash;
    const overlap = { previousSecretHash: previous, previousPasswordHash: hashOf('from before') };
    const rotated = {
      ...issued,
      passwordHash: null,
      ...overlap,
      previousUntil: new Date(Date.now() + 60_000),
    };
    await prisma.credential.updateMany({ where: { username: 'door' }, data: rotated });
    expect(await as('door', 'from before')).toMatchObject({ accepted: true });
    expect(await as('door', 'issued')).toMatchObject({ accepted: true });
    const { secretHash, previousPasswordHash } = await prisma.credential.findFirstOrThrow({
      where: { username: 'door' },
    });
    expect({ secretHash, previousPasswordHash }).toEqual({
      secretHash: issued.secretHash,
      previousPasswordHash: expect.stringMatching(/^\$argon2id\$/),
    });
    expect(await as('door', 'from before')).toMatchObject({ accepted: true });
  });

  test('is not waited for without end: the rest of a storm is told to come again, and others get in meanwhile', async () => {
    await addImported('storm', hashOf('from before', 10_000));
    const storm = Array.from({ length: 600 }, (_, index) =>
      as('storm', 'wrong', `198.51.100.${index % 200}:1`),
    );
    expect(await directory.authenticate(login())).toMatchObject({ accepted: true });
    const codes = (await Promise.all(storm)).map((result) => (result.accepted ? 0 : result.reasonCode));
    const [busy, wrong] = [0x89, 0x86].map((wanted) => codes.filter((code) => code === wanted).length);
    expect(busy + wrong).toBe(600);
    expect(busy).toBeGreaterThanOrEqual(90);
    expect(await as('storm', 'from before')).toMatchObject({ accepted: true });
  });

  test.each(['before its first login', 'after it'])('is not guessed at for long, %s', async (when) => {
    await addImported(when, hashOf('from before'));
    if (when === 'after it') expect(await as(when, 'from before')).toMatchObject({ accepted: true });
    const [here, ...elsewhere] = ['[2001:db8::1]:50000', '[2001:db8:0:1::1]:50000', '192.0.2.7:50000'];
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, index) => as(when, `${index}`, here)));
    const codes = guesses.map((guess) => (guess.accepted ? 0 : guess.reasonCode));
    expect(codes.sort()).toEqual([...Array(10).fill(0x86), ...Array(20).fill(0x9f)]);
    for (const near of [here, '[2001:db8::2]:50001'])
      expect(await as(when, 'from before', near)).toMatchObject({ accepted: false, reasonCode: 0x9f });
    for (const address of elsewhere)
      expect(await as(when, 'from before', address)).toMatchObject({ accepted: true });
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    expect(await as(when, 'from before', here)).toMatchObject({ accepted: true });
    jest.restoreAllMocks();
  });

  test('that was issued is not guessed, however often', async () => {
    for (let tries = 0; tries < 20; tries++)
      await directory.authenticate(login({ password: Buffer.from('wrong') }));
    expect(await directory.authenticate(login())).toMatchObject({ accepted: true });
  });
});
