import { Choice, Flag, Text, Whole } from '../fields.ts';
import type { AclRule } from './acl.ts';

const EFFECTS = ['allow', 'deny'] as const;
const ACTIONS = ['publish', 'subscribe', 'all'] as const;

export class AclRuleBody implements AclRule {
  @Choice(EFFECTS)
  effect!: 'allow' | 'deny';

  @Choice(ACTIONS)
  action!: 'publish' | 'subscribe' | 'all';

  @Text({ example: 'devices/%c/#', description: '%c: client identifier, %u: user name' })
  topicFilter!: string;

  @Whole({
    optional: true,
    min: 0,
    max: 2,
    description: 'Of an allow: publishes with a greater QoS are refused, subscriptions granted no more',
  })
  maxQoS?: 0 | 1 | 2;

  @Flag({ optional: true, description: 'Of an allow: whether what is published may be retained' })
  retain?: boolean;
}

/** As many rules as a credential or a role may have. */
export const MAX_RULES = 1_000;
