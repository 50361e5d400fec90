import { Choice, List, Text, When } from '../fields.ts';
import { TENANT_ROLES, type TenantRole } from '../permissions.ts';

const EMAIL = {
  max: 320,
  pattern: /^[^\s@]+@[^\s@]+$/,
  message: 'email must be an e-mail address',
  format: 'email',
};

export class InviteAdministrator {
  @Text(EMAIL)
  email!: string;
}

export class InviteMember extends InviteAdministrator {
  @Choice(TENANT_ROLES)
  role!: TenantRole;
}

export class UpdateMember {
  @Choice(TENANT_ROLES)
  role!: TenantRole;
}

export class AcceptInvitation {
  @Text({ max: 200 })
  token!: string;

  @Text({ optional: true, min: 1, max: 200, description: 'Of a person who is not known yet' })
  name?: string;

  @Text({ optional: true, min: 8, max: 1_024, description: 'Of a person who is not known yet' })
  password?: string;
}

export class MemberView {
  @Text() id!: string;
  @Text() email!: string;
  @Text() name!: string;
  @Choice(TENANT_ROLES) role!: string;
  @When() since!: string;
}

export class MemberList {
  @List(() => MemberView) items!: MemberView[];
  @Text({ nullable: true }) next!: string | null;
}

export class InvitationView {
  @Text() id!: string;
  @Text() email!: string;
  @Choice([...TENANT_ROLES, 'platform-admin']) role!: string;
  @Text({ description: 'Who invited' }) invitedBy!: string;
  @When() createdAt!: string;
  @When() expiresAt!: string;
}

export class IssuedInvitation extends InvitationView {
  @Text({ description: 'What the invited person shows; shown here and never again' }) token!: string;
}

export class InvitationList {
  @List(() => InvitationView) items!: InvitationView[];
  @Text({ nullable: true }) next!: string | null;
}

export class AdministratorView {
  @Text() id!: string;
  @Text() email!: string;
  @Text() name!: string;
  @When() since!: string;
}

export class AdministratorList {
  @List(() => AdministratorView) items!: AdministratorView[];
  @Text({ nullable: true }) next!: string | null;
}
