import { capPolicy, DEFAULT_POLICY, PLATFORM_CAPS, type Policy } from '@restante/broker';
import { DomainError } from '../errors.ts';

type Check = (value: unknown) => string | null;

const wholeNumber =
  (from: number, to: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= to
      ? null
      : `must be a whole number from ${from} to ${to}`;

const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value) ? null : `must be one of ${values.join(', ')}`;

const CHECKS: Record<keyof Policy, Check> = {
  sessionExpirySeconds: wholeNumber(0, PLATFORM_CAPS.maxSessionExpirySeconds),
  maxSessionExpirySeconds: wholeNumber(0, PLATFORM_CAPS.maxSessionExpirySeconds),
  messageExpirySeconds: (value) =>
    value === null ? null : wholeNumber(1, PLATFORM_CAPS.maxMessageExpirySeconds)(value),
  maxMessageExpirySeconds: wholeNumber(1, PLATFORM_CAPS.maxMessageExpirySeconds),
  maxQueuedMessages: wholeNumber(1, PLATFORM_CAPS.maxQueuedMessages),
  maxQueuedBytes: wholeNumber(1_024, PLATFORM_CAPS.maxQueuedBytes),
  overflow: oneOf('drop-oldest', 'drop-newest', 'reject-publisher'),
  keepLastPerTopic: oneOf(true, false),
  deadLetters: oneOf(true, false),
  receiveMaximum: wholeNumber(1, PLATFORM_CAPS.receiveMaximum),
  maxInflight: wholeNumber(1, PLATFORM_CAPS.maxInflight),
  maxPacketBytes: wholeNumber(1_024, PLATFORM_CAPS.maxPacketBytes),
  retentionSeconds: wholeNumber(0, PLATFORM_CAPS.retentionSeconds),
  maxQoS: oneOf(0, 1, 2),
  retainAllowed: oneOf(true, false),
  topicAliasMaximum: wholeNumber(0, PLATFORM_CAPS.topicAliasMaximum),
  maxTopicLevels: wholeNumber(1, PLATFORM_CAPS.maxTopicLevels),
  maxKeepAliveSeconds: wholeNumber(0, PLATFORM_CAPS.maxKeepAliveSeconds),
  maxSubscriptions: wholeNumber(1, PLATFORM_CAPS.maxSubscriptions),
  maxWillDelaySeconds: wholeNumber(0, PLATFORM_CAPS.maxWillDelaySeconds),
};

/** @throws DomainError `invalid-request` naming every field that is unknown or out of its range */
export function checkSettings(settings: Record<string, unknown>): Partial<Policy> {
  const errors = Object.entries(settings).flatMap(([field, value]) => {
    const check = Object.hasOwn(CHECKS, field) ? CHECKS[field as keyof Policy] : undefined;
    const complaint = check === undefined ? 'is not a setting' : check(value);
    return complaint === null ? [] : [{ path: `settings.${field}`, message: `${field} ${complaint}` }];
  });
  if (errors.length > 0)
    throw new DomainError('invalid-request', errors.map(({ message }) => message).join('; '), errors);
  return settings as Partial<Policy>;
}

/** @throws DomainError `invalid-request` when fields that are each in their range do not go together */
export function checkTogether(settings: Partial<Policy>): void {
  const { keepLastPerTopic, overflow, retentionSeconds, deadLetters } = policyOf(settings);
  if (!keepLastPerTopic || (overflow === 'drop-oldest' && retentionSeconds === 0 && !deadLetters)) return;
  const message =
    'keepLastPerTopic goes with overflow drop-oldest alone, and with neither retention nor dead letters';
  throw new DomainError('invalid-request', message, [{ path: 'settings.keepLastPerTopic', message }]);
}

/** A policy in force: what is stored, over the defaults, under the platform's caps. */
export function policyOf(settings: unknown): Policy {
  return capPolicy({ ...DEFAULT_POLICY, ...(settings as Partial<Policy> | null) });
}
