import { Cursor } from '../logs/cursor.ts';
import type { Namespace } from '../namespace.ts';
import type { Policy } from '../policy.ts';
import type { InflightRecord, StoredSession } from '../ports.ts';
import { Session } from './session.ts';
import { Subscription } from './subscription.ts';

/** Makes a session of what the store remembers; it is not in the registry yet. */
export function restoreSession(
  namespace: Namespace,
  { record, subscriptions, cursors, state }: StoredSession,
  policy: Policy,
): Session {
  const session = new Session(record.id, namespace, record.clientId, policy, record.createdAt);
  session.epoch = record.epoch;
  session.username = record.username;
  session.protocolVersion = record.protocolVersion;
  session.cleanStart = record.cleanStart;
  session.keepAliveSeconds = record.keepAliveSeconds;
  session.expirySeconds = record.expirySeconds;
  session.connectedAt = record.connectedAt;
  session.disconnectedAt = record.disconnectedAt;
  session.will = record.will;
  session.willAt = record.willAt;
  session.droppedMessages = record.droppedMessages;
  session.isRecorded = true;
  session.isDurable = true;
  for (const stored of subscriptions) {
    const subscription = new Subscription(session, stored.topicFilter, stored, stored.identifier);
    session.setSubscription(subscription);
  }
  const since = new Map(subscriptions.map((stored) => [stored.topicFilter, stored.since]));
  for (const stored of cursors) {
    const log = namespace.logs.get(stored.filterId);
    if (log === undefined) continue;
    const topicFilter = stored.retireAt === null ? log.topicFilter : null;
    const subscription = topicFilter === null ? null : (session.subscriptions.get(topicFilter) ?? null);
    const cursor = new Cursor(session, log, subscription, stored);
    cursor.reclaimed = reclaimedOf(cursor, record);
    session.cursors.set(log.id, cursor);
    if (subscription !== null) {
      subscription.cursor = cursor;
      subscription.since = since.get(subscription.topicFilter) ?? cursor.floor;
      cursor.since = subscription.since;
    }
    if (log.topicFilter === null) session.ownCursor = cursor;
  }
  restoreInflight(session, state.inflight);
  for (const identifier of state.received) session.received.set(identifier, true);
  return session;
}

/**
 * What the store may have let go of a queue was over the limits that its row had while the session was absent, whatever
 * they are now.
 */
function reclaimedOf(
  { log, done }: Cursor,
  { limits, keepLastPerTopic, deadLetters }: StoredSession['record'],
): Cursor['reclaimed'] {
  if (keepLastPerTopic && log.newestFrom !== null) return { upTo: log.head, reason: 'superseded' };
  if (limits.overflow !== 'drop-oldest' || deadLetters) return null;
  return { upTo: log.head - done.count - limits.maxQueuedMessages, reason: 'queue-full' };
}

/** Lines of one packet identifier stand next to each other, one for each log that holds the message. */
function restoreInflight(session: Session, records: InflightRecord[]): void {
  for (const { packetIdentifier, state, filterId, sequence } of records) {
    const inflight =
      session.inflight.get(packetIdentifier) ?? session.inflight.restore(packetIdentifier, state);
    const cursor = session.cursors.get(filterId);
    if (cursor === undefined) continue;
    cursor.expectInflight(sequence);
    inflight.positions.push({ cursor, sequence });
  }
}
