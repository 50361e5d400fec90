import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type Broker, type Inspection } from '@restante/broker';
import { type PrismaClient } from '@restante/database';
import { AccessGuard, ADMIN_API_KEY } from './access.ts';
import { type CredentialDirectory } from './credentials/credential-directory.ts';
import { CredentialsController } from './credentials/credentials.controller.ts';
import { CredentialsService } from './credentials/credentials.service.ts';
import { HealthController } from './health/health.controller.ts';
import { MessagesController } from './messages/messages.controller.ts';
import { MessagesService } from './messages/messages.service.ts';
import { type Auth } from './people/auth.ts';
import { PeopleController } from './people/people.controller.ts';
import { PeopleService } from './people/people.service.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { PoliciesService } from './policies/policies.service.ts';
import { AUTH, CREDENTIALS, HEALTH, INSPECTION, PRISMA } from './providers.ts';
import { SessionsController } from './sessions/sessions.controller.ts';
import { SessionsService } from './sessions/sessions.service.ts';
import { TenantsController } from './tenants/tenants.controller.ts';
import { TenantsService } from './tenants/tenants.service.ts';

/** What the control plane stands on; made outside, so that tests and the OpenAPI writer can make other ones. */
export interface ControlPlaneParts {
  prisma: PrismaClient;
  inspection: Inspection;
  credentials: CredentialDirectory;
  auth: Auth;
  health: Pick<Broker, 'health'>;
  adminApiKey: string | null;
}

@Module({})
export class ControlModule {
  static with({
    prisma,
    inspection,
    credentials,
    auth,
    health,
    adminApiKey,
  }: ControlPlaneParts): DynamicModule {
    return {
      module: ControlModule,
      controllers: [
        TenantsController,
        CredentialsController,
        PoliciesController,
        SessionsController,
        MessagesController,
        PeopleController,
        HealthController,
      ],
      providers: [
        { provide: PRISMA, useValue: prisma },
        { provide: INSPECTION, useValue: inspection },
        { provide: CREDENTIALS, useValue: credentials },
        { provide: AUTH, useValue: auth },
        { provide: HEALTH, useValue: health },
        { provide: ADMIN_API_KEY, useValue: adminApiKey },
        { provide: APP_GUARD, useClass: AccessGuard },
        TenantsService,
        CredentialsService,
        PoliciesService,
        SessionsService,
        MessagesService,
        PeopleService,
      ],
    };
  }
}
