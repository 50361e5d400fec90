import type { Prisma, PrismaClient } from '@restante/database';
import { DomainError } from '../errors.ts';

/** How many of its deliveries wait. */
export const WITH_WAITING = {
  _count: { select: { deliveries: { where: { state: 'waiting' } } } },
} satisfies Prisma.WebhookInclude;

export type Webhook = Prisma.WebhookGetPayload<{ include: typeof WITH_WAITING }>;

/** @throws DomainError `webhook-not-found` */
export async function findWebhook(prisma: PrismaClient, tenantId: number, id: string): Promise<Webhook> {
  const found = await prisma.webhook.findFirst({ where: { id, tenantId }, include: WITH_WAITING });
  if (found === null) throw new DomainError('webhook-not-found', 'There is no such webhook');
  return found;
}
