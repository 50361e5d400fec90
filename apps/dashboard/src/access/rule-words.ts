import type { AccessRule } from '@restante/api-client';

const ACTIONS = { publish: 'publishing', subscribe: 'subscribing', all: 'publishing and subscribing' };

/** "Allow publishing, with QoS 1 at the most, not retained": what a rule says, beside its topic filter. */
export function ruleWords({ effect, action, maxQoS, retain }: AccessRule): string {
  if (effect === 'deny') return `Deny ${ACTIONS[action]}`;
  const limits = [
    ...(maxQoS === undefined || maxQoS === 2 ? [] : [`with QoS ${maxQoS} at the most`]),
    ...(retain === false && action !== 'subscribe' ? ['not retained'] : []),
  ];
  return [`Allow ${ACTIONS[action]}`, ...limits].join(', ');
}
