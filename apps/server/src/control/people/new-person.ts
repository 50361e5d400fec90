import type { Prisma } from '@restante/database';
import { randomUUID } from 'node:crypto';
import { hashPassword } from './auth.ts';

/** Somebody with a password, as better-auth finds them. */
export async function newPerson({
  email,
  name,
  password,
}: {
  email: string;
  name: string;
  password: string;
}): Promise<Prisma.PersonCreateInput & { id: string }> {
  const id = randomUUID();
  const hash = await hashPassword(password);
  const account = { id: randomUUID(), accountId: id, providerId: 'credential', password: hash };
  return { id, email, name, accounts: { create: account } };
}
