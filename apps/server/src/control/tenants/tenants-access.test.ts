import 'reflect-metadata';
import { createControlPool, createPrisma, type PrismaClient } from '@restante/database';
import { createTestDatabase, type TestDatabase } from '../../../../../tests/harness/test-database.ts';
import { ADMINISTRATOR } from '../../../testing/administrator.ts';
import type { Caller } from '../access.ts';
import { TenantsAccess } from './tenants-access.ts';

const PERSON = { id: 'p', email: 'p@example.org', name: 'P', hasTwoFactor: false, loginId: 'l' };
const MEMBER: Caller = { ...ADMINISTRATOR, kind: 'person', isPlatformAdmin: false, person: PERSON };

let database: TestDatabase;
let prisma: PrismaClient;
let access: TenantsAccess;

beforeAll(async () => {
  database = await createTestDatabase();
  prisma = createPrisma(createControlPool(database.url));
});
beforeEach(async () => {
  await prisma.tenant.deleteMany();
  await prisma.tenant.create({ data: { slug: 'acme', name: 'Acme' } });
  access = new TenantsAccess(prisma);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

const nameOf = async (caller: Caller) => (await access.require(caller, 'acme', 'tenant:read')).name;

test('a tenant is read once, and again when it has changed', async () => {
  expect(await nameOf(ADMINISTRATOR)).toBe('Acme');
  await prisma.tenant.updateMany({ data: { name: 'Other' } });
  expect(await nameOf(ADMINISTRATOR)).toBe('Acme');
  access.changed('acme');
  expect(await nameOf(ADMINISTRATOR)).toBe('Other');
});

test('what was being read while it changed is not remembered', async () => {
  const before = nameOf(ADMINISTRATOR);
  await prisma.tenant.updateMany({ data: { name: 'Other' } });
  access.changed('acme');
  await before;
  expect(await nameOf(ADMINISTRATOR)).toBe('Other');
});

test('that a tenant is not there is not remembered', async () => {
  await expect(access.require(ADMINISTRATOR, 'later', 'tenant:read')).rejects.toThrow(
    'There is no tenant "later"',
  );
  await prisma.tenant.create({ data: { slug: 'later', name: 'Later' } });
  expect(await access.require(ADMINISTRATOR, 'later', 'tenant:read')).toMatchObject({ name: 'Later' });
});

test('a role in it is asked for each time', async () => {
  await prisma.person.create({ data: { id: PERSON.id, name: PERSON.name, email: PERSON.email } });
  await expect(nameOf(MEMBER)).rejects.toThrow('There is no tenant');
  const { id: tenantId } = await prisma.tenant.findUniqueOrThrow({ where: { slug: 'acme' } });
  await prisma.member.create({ data: { tenantId, personId: PERSON.id, role: 'viewer' } });
  expect(await nameOf(MEMBER)).toBe('Acme');
  await prisma.member.deleteMany();
  await expect(nameOf(MEMBER)).rejects.toThrow('There is no tenant');
});
