import { Choice, List, Text, When } from '../fields.ts';
import { TENANT_ROLES, type TenantRole } from '../permissions.ts';

export class CreateApiKey {
  @Text({ min: 1, max: 200, example: 'Provisioning' })
  name!: string;

  @When({ optional: true, nullable: true, description: 'From then on it is refused; null: never' })
  expiresAt?: string | null;
}

export class CreateTenantApiKey extends CreateApiKey {
  @Choice(TENANT_ROLES)
  role!: TenantRole;
}

export class ApiKeyView {
  @Text() id!: string;
  @Text() name!: string;
  @Choice([...TENANT_ROLES, 'platform-admin']) role!: string;
  @Text({ description: 'Its first characters' }) prefix!: string;
  @Text({ description: 'Who made it' }) createdBy!: string;
  @When() createdAt!: string;
  @When({ nullable: true }) expiresAt!: string | null;
  @When({ nullable: true, description: 'To about a minute; null: never used' }) lastUsedAt!: string | null;
}

export class IssuedApiKey extends ApiKeyView {
  @Text({ description: 'Shown here and never again' }) secret!: string;
}

export class ApiKeyList {
  @List(() => ApiKeyView) items!: ApiKeyView[];
  @Text({ nullable: true }) next!: string | null;
}
