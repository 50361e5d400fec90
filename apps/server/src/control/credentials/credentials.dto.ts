import { Choice, Choices, Flag, List, Part, Text, Texts, When, Whole } from '../fields.ts';
import { AclRuleBody, MAX_RULES } from '../access-rules/access-rule.dto.ts';
import type { AclRule } from '../access-rules/acl.ts';
import { LOGIN_METHODS, type LoginMethod } from './login-methods.ts';
import { CLIENT_ID_RULES, type ClientIdRule } from './client-id-rule.ts';
import { PageQuery } from '../paging.ts';

const MAX_ROLES = 20;
/** A month. */
const MAX_OVERLAP_SECONDS = 31 * 86_400;
/** The one in use, and the one that is to come. */
const MAX_FINGERPRINTS = 4;

export class ClientIdRuleBody {
  @Choice(CLIENT_ID_RULES)
  rule!: ClientIdRule;

  @Text({ optional: true, description: 'What it is, or begins with; %u: the user name', example: '%u' })
  value?: string;
}

export class UpdateCredential {
  @Text({ optional: true, max: 200 })
  label?: string;

  @Text({
    optional: true,
    nullable: true,
    max: 63,
    description: 'Name of a policy; null: the default of the tenant',
  })
  policy?: string | null;

  @List(() => AclRuleBody, {
    optional: true,
    nullable: true,
    max: MAX_RULES,
    description: 'Its own rules; the first that is about something counts, then those of its roles',
  })
  acl?: AclRuleBody[] | null;

  @Texts({ optional: true, max: MAX_ROLES, maxLength: 63, description: 'Access roles, asked in this order' })
  roles?: string[];

  @Part(() => ClientIdRuleBody, {
    optional: true,
    description:
      'Client identifiers it may be used with, so that no device takes over the session of another',
  })
  clientId?: ClientIdRuleBody;

  @When({
    optional: true,
    nullable: true,
    description: 'From then on nobody is connected with it; null: never',
  })
  expiresAt?: string | null;

  @Choices(LOGIN_METHODS, {
    optional: true,
    description:
      'By what one may log in with it: its secret (at first, that alone), a certificate, a token (JWT)',
  })
  loginMethods?: LoginMethod[];

  @Texts({
    optional: true,
    max: MAX_FINGERPRINTS,
    maxLength: 95,
    description:
      'SHA-256 fingerprints (hexadecimal) of the only certificates it takes, whoever issued them; none: it takes those that name it',
  })
  certificateFingerprints?: string[];

  @Flag({ optional: true })
  enabled?: boolean;
}

export class CreateCredential extends UpdateCredential {
  @Text({
    max: 128,
    pattern: /^[^\s:+#/\p{Cc}]{1,128}$/u,
    message: 'username must be 1 to 128 characters without white space, ":", "/", "+" and "#"',
    example: 'sensor-1',
  })
  username!: string;
}

export class RotateCredential {
  @Whole({
    optional: true,
    min: 0,
    max: MAX_OVERLAP_SECONDS,
    default: 0,
    description: 'For so long the old secret is good too; then its connections are closed',
  })
  overlapSeconds?: number;
}

export class CredentialView {
  @Text() username!: string;
  @Text({ example: 'acme:sensor-1' }) mqttUsername!: string;
  @Text() label!: string;
  @Text({ nullable: true }) policy!: string | null;
  @List(() => AclRuleBody, { nullable: true }) acl!: AclRule[] | null;
  @Texts({ max: MAX_ROLES }) roles!: string[];
  @Part(() => ClientIdRuleBody) clientId!: { rule: ClientIdRule; value: string };
  @Choices(LOGIN_METHODS) loginMethods!: LoginMethod[];
  @Texts({ max: MAX_FINGERPRINTS }) certificateFingerprints!: string[];
  @Flag() enabled!: boolean;
  @When() createdAt!: string;
  @When({ nullable: true }) rotatedAt!: string | null;
  @When({ nullable: true, description: 'The end of the secret before the last rotation; null: it is over' })
  previousSecretUntil!: string | null;
  @When({ nullable: true }) expiresAt!: string | null;
  @Flag({ description: 'Whether somebody is connected with it' }) isOnline!: boolean;
  @When({ nullable: true, description: 'The last login, to some seconds; null: none' }) lastSeenAt!:
    string | null;
  @Whole({ description: 'With a wrong secret, certificate or token, ever' }) failedLogins!: number;
  @When({ nullable: true }) lastFailedAt!: string | null;
}

export class IssuedCredential extends CredentialView {
  @Text({ description: 'Shown here and never again' }) password!: string;
}

export class CredentialListQuery extends PageQuery {
  @Text({ optional: true, max: 200, description: 'Part of the user name or the label' })
  q?: string;
}

export class CredentialList {
  @List(() => CredentialView) items!: CredentialView[];
  @Text({ nullable: true }) next!: string | null;
}

export class CheckAccess {
  @Choice(['publish', 'subscribe'])
  action!: 'publish' | 'subscribe';

  @Text({ description: 'Topic name, or (subscribe) topic filter' })
  topic!: string;

  @Text({ optional: true, description: 'Client identifier' })
  clientId?: string;

  @Whole({ optional: true, min: 0, max: 2, default: 0 })
  qos?: 0 | 1 | 2;

  @Flag({ optional: true, description: 'Whether the message is retained' })
  retain?: boolean;
}

export class DecidingRule {
  @Text({ nullable: true, description: 'The role it is of; null: the credential itself' }) role!:
    string | null;
  @Whole({ min: 0, description: 'Its place among them' }) index!: number;
  @Part(() => AclRuleBody) rule!: AclRule;
}

export class AccessDecision {
  @Flag() allowed!: boolean;
  @Text({ description: 'For people' }) reason!: string;
  @Part(() => DecidingRule, {
    nullable: true,
    description: "null: none is about it; the tenant's default decides",
  })
  rule!: DecidingRule | null;
  @Whole({ nullable: true, description: 'With which QoS at the most; null: refused' }) maxQoS!: number | null;
}
