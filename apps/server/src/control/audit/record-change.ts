import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';

/** What was done, to what, and how that was before and after: views, which hold no secrets. */
export interface Change {
  /** null: the whole platform. */
  tenant: { id: number; slug: string } | null;
  action: string;
  target: string;
  before?: object | null;
  after?: object | null;
}

/** Who has done something: a caller, or the server itself. */
export type Actor = Pick<Caller, 'name' | 'remoteAddress'> & { kind: Caller['kind'] | 'server' };

/** @param tx where the change itself is made, so that neither is without the other */
export async function recordChange(
  tx: Pick<PrismaClient, 'auditEntry'>,
  { kind, name, remoteAddress }: Actor,
  { tenant, action, target, before = null, after = null }: Change,
): Promise<void> {
  await tx.auditEntry.create({
    data: {
      tenantId: tenant?.id ?? null,
      tenantSlug: tenant?.slug ?? null,
      actorKind: kind,
      actor: name,
      remoteAddress,
      action,
      target,
      before: before === null ? Prisma.DbNull : (before as Prisma.InputJsonObject),
      after: after === null ? Prisma.DbNull : (after as Prisma.InputJsonObject),
    },
  });
}
