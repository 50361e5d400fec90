/** Written by scripts/write-subscriptions.mjs: do not change it by hand. */
import type { components } from './schema.ts';

type Schemas = components['schemas'];
type Given<Name extends keyof Schemas, Required extends keyof Schemas[Name]> = Pick<Schemas[Name], Required> &
  Partial<Schemas[Name]>;

/** What can be watched. */
export interface Subscriptions {
  /** The overview of a tenant, when it has changed, about once a second */
  overview: { arguments: Given<'WatchTenant', 'tenant'>; answer: Schemas['OverviewView'] };
  /** A session, when it has changed; null: it is no more */
  session: { arguments: Given<'WatchSession', 'tenant' | 'clientId'>; answer: Schemas['SessionDetailView'] };
  /** All sessions of a tenant in pieces, and then, about once a second, those that have changed */
  sessions: { arguments: Given<'WatchSessions', 'tenant'>; answer: Schemas['SessionChanges'] };
  /** The head of a session's queue, when it has changed; null: the session is no more */
  queue: { arguments: Given<'WatchQueue', 'tenant' | 'clientId'>; answer: Schemas['QueueHead'] };
  /** Messages as they are published; of more than 100 a second the rest is counted */
  messages: {
    arguments: Given<'WatchMessages', 'tenant' | 'topicFilter'>;
    answer: Schemas['TailedMessages'];
  };
}

export const DOCUMENTS: Record<keyof Subscriptions, string> = {
  overview:
    'subscription ($tenant: String!) { overview(tenant: $tenant) { onlineSessions offlineSessions queuedMessages queuedBytes retainedMessages retainedBytes messagesInPerSecond messagesOutPerSecond topQueues { clientId queuedMessages queuedBytes state } } }',
  session:
    'subscription ($tenant: String!, $clientId: String!) { session(tenant: $tenant, clientId: $clientId) { clientId state username protocolVersion remoteAddress createdAt connectedAt disconnectedAt sessionExpirySeconds expiresAt subscriptionCount queuedMessages queuedBytes maxQueuedMessages maxQueuedBytes inflightMessages droppedMessages isOrphanSuspect cleanStart keepAliveSeconds receiveMaximum subscriptions { topicFilter qos noLocal retainAsPublished retainHandling subscriptionIdentifier queuedMessages } will { topic qos retain delaySeconds } dropped { reason messages } policy { name isDefault settings } } }',
  sessions:
    'subscription ($tenant: String!, $q: String, $clientIds: [String!]) { sessions(tenant: $tenant, q: $q, clientIds: $clientIds) { isReset sessions { clientId state username protocolVersion remoteAddress sessionExpirySeconds connectedAt disconnectedAt expiresAt queuedMessages queuedBytes maxQueuedMessages inflightMessages droppedMessages isOrphanSuspect } gone isComplete isTruncated } }',
  queue:
    'subscription ($tenant: String!, $clientId: String!, $limit: Int, $payloadBytes: Int) { queue(tenant: $tenant, clientId: $clientId, limit: $limit, payloadBytes: $payloadBytes) { items { id state packetIdentifier qos topicFilters message { topic qos retain payload encoding payloadBytes isTruncated publishedAt expiresAt contentType responseTopic correlationData userProperties { name value } } } next queuedMessages queuedBytes maxQueuedMessages inflightMessages } }',
  messages:
    'subscription ($tenant: String!, $topicFilter: String!, $payloadBytes: Int) { messages(tenant: $tenant, topicFilter: $topicFilter, payloadBytes: $payloadBytes) { messages { topic qos retain payload encoding payloadBytes isTruncated publishedAt expiresAt contentType responseTopic correlationData userProperties { name value } } skippedMessages } }',
};
