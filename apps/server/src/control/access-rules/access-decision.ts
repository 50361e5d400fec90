import { type QoS, validateTopicFilter, validateTopicName } from '@restante/mqtt-codec';
import { DomainError } from '../errors.ts';
import type { Action, Decision } from './acl.ts';
import type { AccessDecision } from '../credentials/credentials.dto.ts';

/** @throws DomainError `invalid-topic` */
export function checkTopic(action: Action, topic: string): void {
  try {
    if (action === 'publish') validateTopicName(topic);
    else validateTopicFilter(topic);
  } catch (error) {
    throw new DomainError('invalid-topic', (error as Error).message);
  }
}

/** Of what no client may publish to, whatever its rules say. */
export const OF_THE_SERVER: AccessDecision = {
  ...{ allowed: false, rule: null, maxQoS: null },
  reason: 'Refused: topics that begin with $ belong to the server',
};

/** In words what was decided, for a message of this QoS, retained or not. */
export function toDecision(
  { permit, rule }: Decision,
  action: Action,
  qos: QoS,
  retain: boolean,
): AccessDecision {
  const source = rule === null ? "the tenant's default" : nameOf(rule);
  const told = { rule, maxQoS: permit?.maxQoS ?? null };
  if (permit === null) return { ...told, allowed: false, reason: `Refused by ${source}` };
  if (action === 'publish' && qos > permit.maxQoS)
    return { ...told, allowed: false, reason: `Refused: QoS is limited to ${permit.maxQoS} by ${source}` };
  if (action === 'publish' && retain && !permit.retain)
    return { ...told, allowed: false, reason: `Refused: retained messages are not allowed by ${source}` };
  const granted = action === 'subscribe' && qos > permit.maxQoS ? `, with QoS ${permit.maxQoS}` : '';
  return { ...told, allowed: true, reason: `Allowed by ${source}${granted}` };
}

function nameOf({ role, index }: NonNullable<Decision['rule']>): string {
  return role === null ? `rule ${index + 1} of the credential` : `rule ${index + 1} of the role "${role}"`;
}
