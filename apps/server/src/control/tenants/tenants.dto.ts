import { Amount, Choice, Flag, List, Part, Text, Texts, When } from '../fields.ts';
import { ALL_PERMISSIONS, type Role, TENANT_ROLES } from '../permissions.ts';
import { ChangeQuotas, QuotasView } from './quotas.dto.ts';

const SLUG = {
  pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  message:
    'slug must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
};

export class CreateTenant {
  @Text({
    ...SLUG,
    max: 63,
    example: 'acme',
    description: 'Stands in front of user names and in host names; cannot be changed',
  })
  slug!: string;

  @Text({ optional: true, min: 1, max: 200 })
  name?: string;

  @Part(() => ChangeQuotas, { optional: true })
  quotas?: ChangeQuotas;
}

export class UpdateTenant {
  @Text({ optional: true, min: 1, max: 200 })
  name?: string;

  @Choice(['allow', 'deny'], {
    optional: true,
    description: 'What is decided where no access rule is about it',
  })
  accessDefault?: 'allow' | 'deny';

  @Part(() => ChangeQuotas, { optional: true })
  quotas?: ChangeQuotas;

  @Flag({ optional: true, description: 'While it is, nobody connects; everything is kept' })
  suspended?: boolean;
}

export class TenantView {
  @Text() slug!: string;
  @Text() name!: string;
  @Choice(['allow', 'deny']) accessDefault!: 'allow' | 'deny';
  @Part(() => QuotasView) quotas!: QuotasView;
  @When() createdAt!: string;
  @When({ nullable: true, description: 'null: it is not suspended' }) suspendedAt!: string | null;
  @When({ nullable: true, description: 'It is being deleted; null: it is not' }) deletingSince!:
    string | null;
}

export class TenantListItem extends TenantView {
  @Amount() onlineSessions!: number;
  @Amount() offlineSessions!: number;
  @Amount() queuedMessages!: number;
}

export class TenantList {
  @List(() => TenantListItem) items!: TenantListItem[];
  @Text({ nullable: true }) next!: string | null;
}

export class PermissionsView {
  @Choice([...TENANT_ROLES, 'platform-admin']) role!: Role;
  @Texts({ max: ALL_PERMISSIONS.length, description: 'What the role may do' }) permissions!: string[];
}

export class TopQueueView {
  @Text() clientId!: string;
  @Amount() queuedMessages!: number;
  @Amount() queuedBytes!: number;
  @Choice(['online', 'offline']) state!: 'online' | 'offline';
}

export class OverviewView {
  @Amount() onlineSessions!: number;
  @Amount() offlineSessions!: number;
  @Amount() queuedMessages!: number;
  @Amount() queuedBytes!: number;
  @Amount() retainedMessages!: number;
  @Amount() retainedBytes!: number;
  @Amount() messagesInPerSecond!: number;
  @Amount() messagesOutPerSecond!: number;
  @List(() => TopQueueView) topQueues!: TopQueueView[];
}
