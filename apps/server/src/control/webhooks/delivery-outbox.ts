import type { Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { toTime } from '../times.ts';
import { deliveryId } from './delivery-id.ts';

/** Between two writes, of one tenant and of all. */
const MAX_UNWRITTEN_A_TENANT = 5_000;
const MAX_UNWRITTEN = 50_000;
/** More of a tenant's do not wait: the oldest are given up. */
export const MAX_WAITING_A_TENANT = 10_000;

interface NewDelivery {
  id: string;
  webhookId: string;
  tenantId: number;
  event: string;
  body: string;
  createdAt: number;
}

/**
 * Writes deliveries to the database, together and at most once a tick: whatever happens to clients, nobody waits for it.
 * What happened since the last write is lost in a crash; what was written is sent, if need be after a restart.
 */
export class DeliveryOutbox {
  private unwritten: NewDelivery[] = [];
  private readonly unwrittenOf = new Map<number, number>();
  /** By webhook: what did not even come here. */
  private givenUp = new Map<string, number>();
  private writing: Promise<boolean> = Promise.resolve(false);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly log: Logger,
  ) {}

  add(tenantId: number, webhookId: string, event: string, body: string): void {
    const ofTenant = this.unwrittenOf.get(tenantId) ?? 0;
    if (ofTenant >= MAX_UNWRITTEN_A_TENANT || this.unwritten.length >= MAX_UNWRITTEN) {
      this.givenUp.set(webhookId, (this.givenUp.get(webhookId) ?? 0) + 1);
      return;
    }
    this.unwrittenOf.set(tenantId, ofTenant + 1);
    const createdAt = Date.now();
    this.unwritten.push({ id: deliveryId(createdAt), webhookId, tenantId, event, body, createdAt });
  }

  /** Resolves when all that was added until now is written, or could not be. @returns whether something was */
  flush(): Promise<boolean> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<boolean> {
    const deliveries = this.unwritten;
    const { givenUp } = this;
    if (deliveries.length === 0 && givenUp.size === 0) return false;
    this.unwritten = [];
    this.unwrittenOf.clear();
    this.givenUp = new Map();
    try {
      if (deliveries.length > 0) await this.insert(deliveries);
      await this.countGivenUp(givenUp);
      return true;
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'Webhook deliveries could not be written yet');
      this.keep(deliveries, givenUp);
      return false;
    }
  }

  /** Before those that have come meanwhile. Those that were written after all are known by their identifiers. */
  private keep(deliveries: NewDelivery[], givenUp: Map<string, number>): void {
    this.unwritten = [...deliveries, ...this.unwritten];
    for (const { tenantId } of deliveries)
      this.unwrittenOf.set(tenantId, (this.unwrittenOf.get(tenantId) ?? 0) + 1);
    for (const [id, count] of givenUp) this.givenUp.set(id, (this.givenUp.get(id) ?? 0) + count);
  }

  private async insert(deliveries: NewDelivery[]): Promise<void> {
    const column = <Name extends keyof NewDelivery>(name: Name) => deliveries.map((one) => one[name]);
    const times = deliveries.map(({ createdAt }) => toTime(createdAt));
    // A webhook that is gone meanwhile needs nothing.
    await this.prisma.$executeRaw`
      INSERT INTO webhook_delivery (id, webhook_id, tenant_id, event, body, created_at, next_attempt_at)
      SELECT new.id, webhook_id, new.tenant_id, event, body, at, at
      FROM unnest(${column('id')}::text[], ${column('webhookId')}::text[], ${column('tenantId')}::int[],
        ${column('event')}::text[], ${column('body')}::text[], ${times}::timestamptz[])
        AS new (id, webhook_id, tenant_id, event, body, at)
      JOIN webhook ON webhook.id = new.webhook_id FOR KEY SHARE OF webhook
      ON CONFLICT (id) DO NOTHING`;
    for (const tenantId of new Set(column('tenantId'))) await this.giveUpOldest(tenantId);
  }

  private async giveUpOldest(tenantId: number): Promise<void> {
    await this.prisma.$executeRaw`
      WITH gone AS (
        DELETE FROM webhook_delivery WHERE id IN (
          SELECT id FROM webhook_delivery WHERE tenant_id = ${tenantId} AND state = 'waiting'
          ORDER BY id DESC OFFSET ${MAX_WAITING_A_TENANT}
        ) RETURNING webhook_id
      )
      UPDATE webhook SET given_up = given_up + number
      FROM (SELECT webhook_id, count(*) AS number FROM gone GROUP BY webhook_id) counted
      WHERE webhook.id = webhook_id`;
  }

  private async countGivenUp(givenUp: Map<string, number>): Promise<void> {
    for (const [id, number] of givenUp)
      await this.prisma.webhook.updateMany({ where: { id }, data: { givenUp: { increment: number } } });
  }
}
