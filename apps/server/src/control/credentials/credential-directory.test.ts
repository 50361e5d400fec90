import 'reflect-metadata';
import { type EnhancedLogin, type Login } from '@restante/broker';
import { createPrisma, type PrismaClient } from '@restante/database';
import { X509Certificate } from 'node:crypto';
import { ScramClient } from '../../../../../tests/conformance/scram-client.ts';
import { createTestDatabase, type TestDatabase } from '../../../../../tests/harness/test-database.ts';
import { selfSignedDevice } from '../../../testing/test-authority.ts';
import { createLog } from '../../log.ts';
import { Sealed } from '../sealed.ts';
import { CertificateLogins } from '../certificates/certificate-logins.ts';
import { outboundAgent } from '../outbound/public-address.ts';
import { TokenLogins } from '../tokens/token-logins.ts';
import { type CredentialActivity } from './credential-activity.ts';
import { CredentialDirectory } from './credential-directory.ts';
import { storedSecret } from './stored-secret.ts';

const SECRET = 'a secret';

let database: TestDatabase;
let prisma: PrismaClient;
let directory: CredentialDirectory;
let credentialId: number;
let noted: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  prisma = createPrisma(database.url);
  const credential = { username: 'device', ...(await storedSecret(SECRET)) };
  await prisma.tenant.create({ data: { slug: 'acme', name: '', credentials: { create: credential } } });
  const found = await prisma.credential.findFirstOrThrow({ where: { username: 'device' } });
  credentialId = found.id;
});

beforeEach(async () => {
  noted = [];
  await change({ enabled: true, loginMethods: ['secret'] });
  const activity = { seen: () => noted.push('seen'), failed: () => noted.push('failed') };
  const tokens = new TokenLogins(prisma, new Sealed('', ''), outboundAgent(false), createLog('silent'));
  const certificates = new CertificateLogins(prisma);
  const asActivity = activity as unknown as CredentialActivity;
  directory = new CredentialDirectory(prisma, asActivity, null, certificates, tokens);
});

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
    ...([null, null, null, null] as unknown as [never, null, never, never]),
  );
  await restarted.start();
  expect(restarted.asksForCertificates).toBe(true);
});
