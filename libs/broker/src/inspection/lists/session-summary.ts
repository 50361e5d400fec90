import type { Cursor } from '../../logs/cursor.ts';
import type { Policy, QueueLimits } from '../../policy.ts';
import type { StoredSessionSummary } from '../../ports.ts';
import type { Session } from '../../sessions/session.ts';
import type { SessionDetail, SessionGlance, SessionSummary } from '../inspection.ts';

/** Of a session in memory. */
export function summarize(session: Session): SessionSummary {
  const { connection } = session;
  return {
    clientId: session.clientId,
    state: connection === null ? 'offline' : 'online',
    username: session.username,
    protocolVersion: session.protocolVersion,
    remoteAddress: connection?.remoteAddress ?? null,
    createdAt: session.createdAt,
    connectedAt: session.connectedAt,
    disconnectedAt: session.disconnectedAt,
    sessionExpirySeconds: session.expirySeconds,
    expiresAt: session.expiresAt,
    subscriptionCount: session.subscriptions.size,
    ...kept(session.policy, session),
    maxQueuedMessages: session.policy.maxQueuedMessages,
    maxQueuedBytes: session.policy.maxQueuedBytes,
    inflightMessages: session.inflight.size,
    droppedMessages: session.droppedMessages,
    isOrphanSuspect: false,
  };
}

/** Of a session in memory, among many. */
export function glance(session: Session): SessionGlance {
  const { policy } = session;
  const { queuedMessages, queuedBytes } = kept(policy, session);
  return {
    clientId: session.clientId,
    state: session.connection === null ? 'offline' : 'online',
    username: session.username,
    protocolVersion: session.protocolVersion,
    remoteAddress: session.connection?.remoteAddress ?? null,
    connectedAt: session.connectedAt,
    disconnectedAt: session.disconnectedAt,
    sessionExpirySeconds: session.expirySeconds,
    expiresAt: session.expiresAt,
    queuedMessages,
    queuedBytes,
    maxQueuedMessages: policy.maxQueuedMessages,
    inflightMessages: session.inflight.size,
    droppedMessages: session.droppedMessages,
    isOrphanSuspect: false,
  };
}

/** Of an absent session, as the store knows it. */
export function summarizeStored(stored: StoredSessionSummary, policy: Policy): SessionSummary {
  return {
    clientId: stored.clientId,
    state: 'offline',
    username: stored.username,
    protocolVersion: stored.protocolVersion,
    remoteAddress: null,
    createdAt: stored.createdAt,
    connectedAt: null,
    disconnectedAt: stored.disconnectedAt,
    sessionExpirySeconds: stored.expirySeconds,
    expiresAt: stored.expiresAt,
    droppedMessages: stored.droppedMessages,
    subscriptionCount: stored.subscriptionCount,
    inflightMessages: stored.inflightMessages,
    isOrphanSuspect: stored.isOrphanSuspect,
    // A queue over its limit is cut when its session is next looked at; what will be cut is not counted.
    ...kept(policy, stored),
    maxQueuedMessages: policy.maxQueuedMessages,
    maxQueuedBytes: policy.maxQueuedBytes,
  };
}

/** What of a queue is not to be dropped when it is next looked at. */
export function kept(
  { overflow, maxQueuedMessages, maxQueuedBytes }: QueueLimits,
  { queuedMessages, queuedBytes }: { queuedMessages: number; queuedBytes: number },
) {
  if (overflow === 'reject-publisher') return { queuedMessages, queuedBytes };
  return {
    queuedMessages: Math.min(queuedMessages, maxQueuedMessages),
    queuedBytes: Math.min(queuedBytes, maxQueuedBytes),
  };
}

/** As far as memory and its rows tell. */
export function detail(session: Session): Omit<SessionDetail, 'dropped'> {
  const { will, policy } = session;
  return {
    ...summarize(session),
    cleanStart: session.cleanStart,
    keepAliveSeconds: session.keepAliveSeconds,
    receiveMaximum: session.connection?.sendWindow ?? policy.maxInflight,
    subscriptions: [...session.subscriptions.values()].map((subscription) => ({
      topicFilter: subscription.topicFilter,
      qos: subscription.qos,
      noLocal: subscription.noLocal,
      retainAsPublished: subscription.retainAsPublished,
      retainHandling: subscription.retainHandling,
      subscriptionIdentifier: subscription.identifier === 0 ? null : subscription.identifier,
      queuedMessages: depthOf(subscription.cursor),
    })),
    will: will && {
      topic: will.publication.topic,
      qos: will.publication.qos,
      retain: will.publication.retain,
      delaySeconds: will.delaySeconds,
    },
  };
}

function depthOf(cursor: Cursor | null): number {
  return cursor?.depth ?? 0;
}
