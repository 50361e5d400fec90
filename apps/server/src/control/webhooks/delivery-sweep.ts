import type { PrismaClient } from '@restante/database';
import { idsFrom } from './delivery-id.ts';

/** Of each webhook, so many that are over. */
const MAX_KEPT_A_WEBHOOK = 5_000;
const AT_ONCE = 5_000;
const MAX_TURNS = 20;

/** Removes deliveries from before a time, and the oldest of those that are over where a webhook has very many. */
export async function sweepDeliveries(prisma: PrismaClient, before: number): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const removed = await prisma.$executeRaw`
      DELETE FROM webhook_delivery
      WHERE id IN (SELECT id FROM webhook_delivery WHERE id < ${idsFrom(before)} ORDER BY id LIMIT ${AT_ONCE})`;
    if (removed < AT_ONCE) break;
  }
  await prisma.$executeRaw`
    DELETE FROM webhook_delivery d
    USING webhook w CROSS JOIN LATERAL (
      SELECT id FROM webhook_delivery WHERE webhook_id = w.id AND state <> 'waiting'
      ORDER BY id DESC OFFSET ${MAX_KEPT_A_WEBHOOK} LIMIT 1
    ) newest
    WHERE d.webhook_id = w.id AND d.id <= newest.id AND d.state <> 'waiting'`;
}
