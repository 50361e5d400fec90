import type { AccessRule } from '@restante/api-client';
import { errorOf } from '@/api/field-errors.ts';

const fieldsOf = (path: string, index: number) =>
  ['topicFilter', 'effect', 'action', 'maxQoS', 'retain'].map((field) => `${path}.${index}.${field}`);

/** Why the rule at a place was refused; `path`: the field of the request that has the rules. */
export function ruleErrorAt(error: Error | null, path: string, index: number): string | undefined {
  return fieldsOf(path, index)
    .map((field) => errorOf(error, field))
    .find((message) => message !== undefined);
}

/** All fields that are told at their rule. */
export function ruleFields(path: string, rules: AccessRule[]): string[] {
  return rules.flatMap((_, index) => fieldsOf(path, index));
}
