import { Inject, Injectable } from '@nestjs/common';
import type { Prisma, PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { TriesAMinute } from '../people/tries-a-minute.ts';
import { ALLOW_PRIVATE_ADDRESSES, PRISMA, WEBHOOKS } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import { toTime } from '../times.ts';
import { deliveryId } from './delivery-id.ts';
import { PING, toBody } from './events.ts';
import { findWebhook, type Webhook, WITH_WAITING } from './find-webhook.ts';
import type { WebhookNotifier } from './webhook-notifier.ts';
import { checkUrl } from './webhook-url.ts';
import type {
  CreateWebhook,
  IssuedWebhook,
  RotateWebhookSecret,
  UpdateWebhook,
  WebhookList,
  WebhookTest,
  WebhookView,
} from './webhooks.dto.ts';

const MAX_WEBHOOKS = 20;
const TESTS_A_MINUTE = 30;
const OVERLAP_SECONDS = 86_400;

@Injectable()
export class WebhooksService {
  private readonly tests = new TriesAMinute(TESTS_A_MINUTE);

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(WEBHOOKS) private readonly notifier: WebhookNotifier,
    @Inject(ALLOW_PRIVATE_ADDRESSES) private readonly allowPrivate: boolean,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async create(
    caller: Caller,
    slug: string,
    { url, events, description, isEnabled }: CreateWebhook,
  ): Promise<IssuedWebhook> {
    const tenant = await this.access.require(caller, slug, 'webhooks:write');
    const id = crypto.randomUUID();
    const secret = this.notifier.secrets.generate();
    const data = {
      ...{ id, tenantId: tenant.id, events, description, isEnabled },
      url: checkUrl(url, this.allowPrivate),
      secret: this.notifier.secrets.seal(id, secret),
    };
    const view = await this.prisma.$transaction(async (tx) => {
      // Two that are made at the same time are counted one after the other.
      await tx.$executeRaw`SELECT FROM tenant WHERE id = ${tenant.id} FOR UPDATE`;
      if ((await tx.webhook.count({ where: { tenantId: tenant.id } })) >= MAX_WEBHOOKS)
        throw new DomainError('too-many-webhooks', `A tenant has at most ${MAX_WEBHOOKS} webhooks`);
      const after = toView(await tx.webhook.create({ data, include: WITH_WAITING }));
      await this.audit.record(caller, { tenant, action: 'webhook.create', target: id, after }, tx);
      return after;
    });
    await this.notifier.targets.changed(tenant.id);
    return { ...view, secret };
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<WebhookList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'webhooks:read');
    const rows = await this.prisma.webhook.findMany({
      where: { tenantId, id: after === undefined ? undefined : { gt: after } },
      include: WITH_WAITING,
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    return toPage(rows, limit, ({ id }) => id, toView);
  }

  async get(caller: Caller, slug: string, id: string): Promise<WebhookView> {
    const tenant = await this.access.require(caller, slug, 'webhooks:read');
    return toView(await findWebhook(this.prisma, tenant.id, id));
  }

  /** One that is enabled again begins anew: what was wrong with it is forgotten, what waits is sent. */
  async update(
    caller: Caller,
    slug: string,
    id: string,
    { url, events, description, isEnabled }: UpdateWebhook,
  ): Promise<WebhookView> {
    const tenant = await this.access.require(caller, slug, 'webhooks:write');
    const present = await findWebhook(this.prisma, tenant.id, id);
    const isNew = isEnabled === true && !present.isEnabled;
    const checked = url === undefined ? undefined : checkUrl(url, this.allowPrivate);
    return this.write(caller, tenant, present, 'webhook.update', {
      ...{ url: checked, events, description, isEnabled },
      ...(isNew ? { failingSince: null, failedAttempts: 0 } : {}),
      ...(isEnabled === undefined ? {} : { disabledReason: null }),
    });
  }

  async rotateSecret(
    caller: Caller,
    slug: string,
    id: string,
    { overlapSeconds = OVERLAP_SECONDS }: RotateWebhookSecret = {},
  ): Promise<IssuedWebhook> {
    const tenant = await this.access.require(caller, slug, 'webhooks:write');
    const present = await findWebhook(this.prisma, tenant.id, id);
    const secret = this.notifier.secrets.generate();
    const isKept = overlapSeconds > 0;
    const view = await this.write(caller, tenant, present, 'webhook.rotate-secret', {
      secret: this.notifier.secrets.seal(id, secret),
      previousSecret: isKept ? present.secret : null,
      previousUntil: isKept ? new Date(Date.now() + overlapSeconds * 1_000) : null,
    });
    return { ...view, secret };
  }

  /** Sends an event now, whether the webhook is enabled or not, and says what came of it. */
  async test(caller: Caller, slug: string, id: string): Promise<WebhookTest> {
    const tenant = await this.access.require(caller, slug, 'webhooks:write');
    const webhook = await findWebhook(this.prisma, tenant.id, id);
    if (!this.tests.take(String(tenant.id)))
      throw new DomainError(
        'too-many-requests',
        `A tenant may try its webhooks ${TESTS_A_MINUTE} times a minute`,
      );
    const at = Date.now();
    const body = toBody(tenant.slug, { type: PING, at, data: { webhook: id } });
    return this.notifier.sender.send({ id: deliveryId(at), body, webhook });
  }

  async delete(caller: Caller, slug: string, id: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'webhooks:write');
    const before = toView(await findWebhook(this.prisma, tenant.id, id));
    await this.prisma.$transaction(async (tx) => {
      await tx.webhook.delete({ where: { id } });
      await this.audit.record(caller, { tenant, action: 'webhook.delete', target: id, before }, tx);
    });
    await this.notifier.targets.changed(tenant.id);
  }

  private async write(
    caller: Caller,
    tenant: Tenant,
    present: Webhook,
    action: string,
    data: Prisma.WebhookUpdateInput,
  ): Promise<WebhookView> {
    const { id } = present;
    const view = await this.prisma.$transaction(async (tx) => {
      const webhook = await tx.webhook.update({ where: { id }, data, include: WITH_WAITING });
      const [before, after] = [toView(present), toView(webhook)];
      await this.audit.record(caller, { tenant, action, target: id, before, after }, tx);
      return after;
    });
    await this.notifier.targets.changed(tenant.id);
    this.notifier.wake();
    return view;
  }
}

function toView({ previousUntil, ...webhook }: Webhook): WebhookView {
  const { id, url, description, events, isEnabled, disabledReason } = webhook;
  const isPreviousGood = previousUntil !== null && previousUntil.getTime() > Date.now();
  return {
    ...{ id, url, description, events, isEnabled, disabledReason },
    createdAt: webhook.createdAt.toISOString(),
    previousSecretUntil: isPreviousGood ? previousUntil.toISOString() : null,
    failingSince: toTime(webhook.failingSince),
    lastDeliveredAt: toTime(webhook.lastDeliveredAt),
    waitingDeliveries: webhook._count.deliveries,
    givenUpDeliveries: Number(webhook.givenUp),
  };
}
