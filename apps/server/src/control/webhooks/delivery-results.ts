import type { PrismaClient } from '@restante/database';
import { recordChange } from '../audit/record-change.ts';
import type { Outcome } from './sender.ts';
import type { WebhookTimes } from './times.ts';

/** So many attempts must have failed too, before a webhook is disabled for having taken nothing for days. */
const DISABLED_AFTER_ATTEMPTS = 10;
/** "Gone": the receiver wants no more (Standard Webhooks, "Event delivery"). */
const GONE = 410;
/** How exact "last delivered" is: not every delivery writes its webhook's row. */
const DELIVERED_NOTED_MS = 60_000;
/** Retries of many deliveries that failed together do not come together: each pause is up to so much longer. */
const JITTER = 0.3;

const SERVER = { kind: 'server', name: 'Restante', remoteAddress: '' } as const;

interface Attempted {
  id: string;
  attempts: number;
  webhook: { id: string; url: string; tenantId: number };
}

type Times = Pick<WebhookTimes, 'retriesMs' | 'disabledAfterMs'>;

/** Writes what became of an attempt. */
export class DeliveryResults {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly times: Times,
  ) {}

  /** @returns whether the webhook is disabled now */
  async note(attempted: Attempted, outcome: Outcome): Promise<boolean> {
    const now = Date.now();
    if (outcome.isDelivered) await this.noteDelivered(attempted, outcome, now);
    else return this.noteFailed(attempted, outcome, now);
    return false;
  }

  private async noteDelivered({ id, attempts, webhook }: Attempted, { status }: Outcome, now: number) {
    const at = new Date(now);
    await this.prisma.webhookDelivery.updateMany({
      where: { id },
      data: {
        ...{ state: 'delivered', attempts: attempts + 1, lastAttemptAt: at, nextAttemptAt: null },
        ...{ lastStatus: status, lastError: null },
      },
    });
    const isStale = { lastDeliveredAt: { lt: new Date(now - DELIVERED_NOTED_MS) } };
    await this.prisma.webhook.updateMany({
      where: {
        id: webhook.id,
        OR: [isStale, { lastDeliveredAt: null }, { NOT: { failingSince: null } }],
      },
      data: { lastDeliveredAt: at, failingSince: null, failedAttempts: 0 },
    });
  }

  private async noteFailed({ id, attempts, webhook }: Attempted, { status, error }: Outcome, now: number) {
    const pause = this.times.retriesMs[attempts];
    const nextAttemptAt = pause === undefined ? null : new Date(now + pause * (1 + JITTER * Math.random()));
    await this.prisma.webhookDelivery.updateMany({
      where: { id },
      data: {
        ...{ state: nextAttemptAt === null ? 'failed' : 'waiting', attempts: attempts + 1, nextAttemptAt },
        ...{ lastAttemptAt: new Date(now), lastStatus: status, lastError: error },
      },
    });
    await this.prisma.$executeRaw`
      UPDATE webhook SET failed_attempts = failed_attempts + 1,
        failing_since = coalesce(failing_since, ${new Date(now)}::timestamptz)
      WHERE id = ${webhook.id}`;
    return this.disableIfHopeless(webhook, status, now);
  }

  private async disableIfHopeless(
    { id, url, tenantId }: Attempted['webhook'],
    status: number | null,
    now: number,
  ): Promise<boolean> {
    const { disabledAfterMs } = this.times;
    const isLongFailing = {
      failingSince: { lte: new Date(now - disabledAfterMs) },
      failedAttempts: { gte: DISABLED_AFTER_ATTEMPTS },
    };
    const disabledReason =
      status === GONE
        ? 'The receiver answered 410: it wants no more'
        : `Nothing could be delivered for ${Math.round(disabledAfterMs / 3_600_000)} hours`;
    return this.prisma.$transaction(async (tx) => {
      const where = { id, isEnabled: true, ...(status === GONE ? {} : isLongFailing) };
      const { count } = await tx.webhook.updateMany({ where, data: { isEnabled: false, disabledReason } });
      if (count === 0) return false;
      const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: tenantId } });
      const change = { tenant, action: 'webhook.disable', target: id };
      const [before, after] = [
        { url, isEnabled: true },
        { url, isEnabled: false, disabledReason },
      ];
      await recordChange(tx, SERVER, { ...change, before, after });
      return true;
    });
  }
}
