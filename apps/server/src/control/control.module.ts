import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Inspection, Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { Sealed } from './sealed.ts';
import { AccessGuard, Callers } from './access.ts';
import { ApiKeysController } from './api-keys/api-keys.controller.ts';
import { ADMIN_API_KEY, ApiKeysService } from './api-keys/api-keys.service.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuditService } from './audit/audit.service.ts';
import { AuthoritiesController } from './certificates/authorities.controller.ts';
import { AuthoritiesService } from './certificates/authorities.service.ts';
import { RevocationsService } from './certificates/revocations.service.ts';
import type { CredentialDirectory } from './credentials/credential-directory.ts';
import { CredentialsController } from './credentials/credentials.controller.ts';
import { CredentialsService } from './credentials/credentials.service.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { DeadLettersService } from './dead-letters/dead-letters.service.ts';
import { HealthController } from './health/health.controller.ts';
import { HealthService } from './health/health.service.ts';
import type { Observed } from './health/observed.ts';
import { HistoryController } from './history/history.controller.ts';
import { HistorySampler } from './history/history-sampler.ts';
import { HistoryService } from './history/history.service.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { IdempotencyKeys, SERVER_SECRET } from './idempotency/idempotency-keys.ts';
import { LedgerController } from './ledger/ledger.controller.ts';
import { LedgerService } from './ledger/ledger.service.ts';
import { LiveService } from './live/live.service.ts';
import { InvitationsService } from './members/invitations.service.ts';
import { MembersController } from './members/members.controller.ts';
import { MembersService } from './members/members.service.ts';
import { MessagesController } from './messages/messages.controller.ts';
import { MessagesService } from './messages/messages.service.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import { MetricsService } from './metrics/metrics.service.ts';
import { SlowFiguresReader } from './metrics/slow-figures.ts';
import type { Auth } from './people/auth.ts';
import { PeopleController } from './people/people.controller.ts';
import { PeopleService } from './people/people.service.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { PoliciesService } from './policies/policies.service.ts';
import { Preconditions } from './preconditions.ts';
import {
  ALLOW_PRIVATE_ADDRESSES,
  AUTH,
  CREDENTIALS,
  OBSERVED,
  INSPECTION,
  LOG,
  METRICS_TOKEN,
  PRISMA,
  SESSION_EVENTS,
  WEBHOOKS,
  TOKEN_KEYS,
} from './providers.ts';
import { ReceiptsController } from './receipts/receipts.controller.ts';
import { ReceiptsService } from './receipts/receipts.service.ts';
import { RetainedController } from './retained/retained.controller.ts';
import { RetainedService } from './retained/retained.service.ts';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.ts';
import { SubscriptionsService } from './subscriptions/subscriptions.service.ts';
import { RolesController } from './access-rules/roles.controller.ts';
import { RolesService } from './access-rules/roles.service.ts';
import type { SessionEventKeeper } from './session-events/session-event-keeper.ts';
import { SessionEventsController } from './session-events/session-events.controller.ts';
import { SessionEventsService } from './session-events/session-events.service.ts';
import { SessionsController } from './sessions/sessions.controller.ts';
import { SessionsService } from './sessions/sessions.service.ts';
import { TenantsAccess } from './tenants/tenants-access.ts';
import { TenantsController } from './tenants/tenants.controller.ts';
import { TenantRemover } from './tenants/tenant-remover.ts';
import { TenantsService } from './tenants/tenants.service.ts';
import { DeliveriesService } from './webhooks/deliveries.service.ts';
import type { WebhookNotifier } from './webhooks/webhook-notifier.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';
import { WebhooksService } from './webhooks/webhooks.service.ts';
import { TopicsController } from './topics/topics.controller.ts';
import { TopicsService } from './topics/topics.service.ts';
import { IssuersController } from './tokens/issuers.controller.ts';
import { IssuersService } from './tokens/issuers.service.ts';

/** What the control plane stands on; made outside, so that tests and the OpenAPI writer can make other ones. */
export interface ControlPlaneParts {
  prisma: PrismaClient;
  inspection: Inspection;
  credentials: CredentialDirectory;
  webhooks: WebhookNotifier;
  sessionEvents: SessionEventKeeper;
  auth: Auth;
  observed: Observed;
  adminApiKey: string | null;
  /** Reads the metrics, and nothing else; null: there is none. */
  metricsToken: string | null;
  /** The server's own, which nothing outside it knows. */
  secret: string;
  tokenKeys: Sealed;
  /** From one address. */
  requestsAMinute: number;
  /** Believed where a request comes from; as proxy-addr takes them. */
  trustedProxies: string[];
  /** What tenants name may be reached by private addresses. */
  allowPrivateAddresses: boolean;
}

@Module({})
export class ControlModule {
  static with({
    prisma,
    inspection,
    credentials,
    webhooks,
    sessionEvents,
    auth,
    observed,
    adminApiKey,
    metricsToken,
    secret,
    tokenKeys,
    allowPrivateAddresses,
    log,
  }: ControlPlaneParts & { log: Logger }): DynamicModule {
    return {
      module: ControlModule,
      controllers: [
        TenantsController,
        CredentialsController,
        PoliciesController,
        RolesController,
        AuthoritiesController,
        IssuersController,
        SessionsController,
        SessionEventsController,
        LedgerController,
        DeadLettersController,
        MessagesController,
        ReceiptsController,
        RetainedController,
        TopicsController,
        SubscriptionsController,
        PeopleController,
        MembersController,
        ApiKeysController,
        WebhooksController,
        AuditController,
        HealthController,
        HistoryController,
        MetricsController,
      ],
      providers: [
        { provide: PRISMA, useValue: prisma },
        { provide: INSPECTION, useValue: inspection },
        { provide: CREDENTIALS, useValue: credentials },
        { provide: WEBHOOKS, useValue: webhooks },
        { provide: SESSION_EVENTS, useValue: sessionEvents },
        { provide: ALLOW_PRIVATE_ADDRESSES, useValue: allowPrivateAddresses },
        { provide: AUTH, useValue: auth },
        { provide: OBSERVED, useValue: observed },
        { provide: LOG, useValue: log },
        { provide: ADMIN_API_KEY, useValue: adminApiKey },
        { provide: METRICS_TOKEN, useValue: metricsToken },
        { provide: TOKEN_KEYS, useValue: tokenKeys },
        { provide: SERVER_SECRET, useValue: secret },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: Idempotency },
        { provide: APP_INTERCEPTOR, useClass: Preconditions },
        Callers,
        IdempotencyKeys,
        TenantsAccess,
        AuditService,
        TenantsService,
        TenantRemover,
        CredentialsService,
        PoliciesService,
        RolesService,
        AuthoritiesService,
        RevocationsService,
        IssuersService,
        SessionsService,
        SessionEventsService,
        LedgerService,
        DeadLettersService,
        HistoryService,
        HealthService,
        HistorySampler,
        MetricsService,
        SlowFiguresReader,
        LiveService,
        MessagesService,
        ReceiptsService,
        RetainedService,
        TopicsService,
        SubscriptionsService,
        PeopleService,
        InvitationsService,
        MembersService,
        ApiKeysService,
        WebhooksService,
        DeliveriesService,
      ],
    };
  }
}
