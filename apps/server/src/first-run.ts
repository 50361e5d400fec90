import type { PrismaClient } from '@restante/database';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';
import { storedSecret } from './control/credentials/stored-secret.ts';
import { newPerson } from './control/people/new-person.ts';
import { generateSecret } from './secrets.ts';

/** Said once, at the start that made it. */
export interface FirstAdministrator {
  email: string;
  /** null: it is the one from RESTANTE_ADMIN_PASSWORD. */
  generatedPassword: string | null;
}

/** Makes the first administrator when there is nobody; null: there is. */
export async function ensureAdministrator(
  prisma: PrismaClient,
  config: Config,
): Promise<FirstAdministrator | null> {
  if ((await prisma.person.count()) > 0) return null;
  const generatedPassword = config.adminPassword === null ? generateSecret().slice(0, 20) : null;
  const password = config.adminPassword ?? generatedPassword!;
  const person = await newPerson({ email: config.adminEmail, name: 'Administrator', password });
  await prisma.person.create({ data: { ...person, isPlatformAdmin: true } });
  return { email: config.adminEmail, generatedPassword };
}

/**
 * Gives a new installation something to connect to: the tenant `demo` with the credential `device`, whose secret is
 * kept in the data directory (demo-password, mode 0600) for the lines that are printed and in the README.
 */
export async function ensureDemo(prisma: PrismaClient, config: Config): Promise<void> {
  if ((await prisma.tenant.count()) > 0) return;
  const secret = generateSecret();
  await writeFile(path.join(config.dataDirectory, 'demo-password'), secret, { mode: 0o600 });
  const credential = {
    username: 'device',
    label: 'The example of the README',
    ...(await storedSecret(secret)),
  };
  await prisma.tenant.create({
    data: {
      slug: 'demo',
      name: 'Demo',
      policies: { create: { name: 'default', isDefault: true, settings: {} } },
      credentials: { create: credential },
    },
  });
}
