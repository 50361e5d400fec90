import { AclRuleBody, MAX_RULES } from './access-rule.dto.ts';
import type { AclRule } from './acl.ts';
import { List, Text } from '../fields.ts';

export class UpdateRole {
  @List(() => AclRuleBody, { max: MAX_RULES, description: 'In the order in which they are asked' })
  rules!: AclRuleBody[];
}

export class CreateRole extends UpdateRole {
  @Text({
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    message:
      'name must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
    example: 'sensors',
  })
  name!: string;
}

export class RoleView {
  @Text() name!: string;
  @List(() => AclRuleBody) rules!: AclRule[];
}

export class RoleList {
  @List(() => RoleView) items!: RoleView[];
  @Text({ nullable: true }) next!: string | null;
}
