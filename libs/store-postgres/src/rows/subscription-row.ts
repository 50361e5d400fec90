import type { StoredSubscription, SubscriptionPosition } from '@restante/broker';

/** Of `subscription sub` and `session s`, as a `StoredSubscription`. */
export const SUBSCRIPTION_COLUMNS = `sub.session_id AS "sessionId", s.client_id AS "clientId", s.username,
  sub.topic_filter AS "topicFilter", sub.qos, sub.no_local AS "noLocal",
  sub.retain_as_published AS "retainAsPublished", sub.retain_handling AS "retainHandling", sub.identifier`;

/** The index has the first 200 characters of a filter. */
export const IN_ORDER = 'left(sub.topic_filter, 200), sub.session_id, sub.topic_filter';

export function toPosition({ topicFilter, sessionId }: StoredSubscription): SubscriptionPosition {
  return { topicFilter, sessionId };
}
