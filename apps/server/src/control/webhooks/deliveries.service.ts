import { Inject, Injectable } from '@nestjs/common';
import type { Prisma, PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { PRISMA, WEBHOOKS } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import { toTime } from '../times.ts';
import { findWebhook } from './find-webhook.ts';
import type { WebhookNotifier } from './webhook-notifier.ts';
import type { DeliveryState, WebhookDeliveryList, WebhookDeliveryView } from './webhooks.dto.ts';

type Delivery = Prisma.WebhookDeliveryGetPayload<object>;

/** What was sent to webhooks, and what is going to be. */
@Injectable()
export class DeliveriesService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(WEBHOOKS) private readonly notifier: WebhookNotifier,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async list(
    caller: Caller,
    slug: string,
    webhookId: string,
    { limit, after }: PageQuery,
  ): Promise<WebhookDeliveryList> {
    const tenant = await this.access.require(caller, slug, 'webhooks:read');
    await findWebhook(this.prisma, tenant.id, webhookId);
    const rows = await this.prisma.webhookDelivery.findMany({
      where: { webhookId, id: after === undefined ? undefined : { lt: after } },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(rows, limit, ({ id }) => id, toView);
  }

  /** It has all its attempts before it again, the first of them now. Its identifier stays: the receiver may know it. */
  async redeliver(caller: Caller, slug: string, webhookId: string, id: string): Promise<WebhookDeliveryView> {
    const tenant = await this.access.require(caller, slug, 'webhooks:write');
    const { isEnabled } = await findWebhook(this.prisma, tenant.id, webhookId);
    const found = await this.prisma.webhookDelivery.findFirst({ where: { id, webhookId } });
    if (found === null) throw new DomainError('delivery-not-found', 'There is no such delivery');
    if (!isEnabled)
      throw new DomainError('webhook-disabled', 'The webhook is disabled: nothing is sent to it');
    const view = await this.prisma.$transaction(async (tx) => {
      const data = { state: 'waiting', attempts: 0, nextAttemptAt: new Date() };
      const delivery = await tx.webhookDelivery.update({ where: { id }, data });
      const after = { webhook: webhookId, event: found.event };
      await this.audit.record(caller, { tenant, action: 'webhook.redeliver', target: id, after }, tx);
      return toView(delivery);
    });
    this.notifier.wake();
    return view;
  }
}

function toView(delivery: Delivery): WebhookDeliveryView {
  const { id, event, state, attempts, lastStatus, lastError, body } = delivery;
  return {
    ...{ id, event, state: state as DeliveryState, attempts, lastStatus, lastError, body },
    createdAt: delivery.createdAt.toISOString(),
    lastAttemptAt: toTime(delivery.lastAttemptAt),
    nextAttemptAt: toTime(delivery.nextAttemptAt),
  };
}
