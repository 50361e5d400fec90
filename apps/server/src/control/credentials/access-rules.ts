import { validateTopicFilter } from '@restante/mqtt-codec';
import { DomainError } from '../errors.ts';
import { type AclRule } from './acl.ts';

/** @throws DomainError `invalid-request` naming the first rule whose topic filter is none */
export function checkRules(rules: readonly AclRule[], path: string): void {
  for (const [index, { topicFilter }] of rules.entries()) {
    try {
      validateTopicFilter(topicFilter);
    } catch (error) {
      const { message } = error as Error;
      throw new DomainError('invalid-request', message, [{ path: `${path}.${index}.topicFilter`, message }]);
    }
  }
}
