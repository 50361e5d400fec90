import { checkTopicFilter } from '../messages/topic-filter.ts';
import type { AclRule } from './acl.ts';

/** @throws DomainError `invalid-request` naming the first rule whose topic filter is none */
export function checkRules(rules: readonly AclRule[], path: string): void {
  for (const [index, { topicFilter }] of rules.entries())
    checkTopicFilter(topicFilter, `${path}.${index}.topicFilter`);
}
