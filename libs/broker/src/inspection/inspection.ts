/**
 * What the control plane sees and asks of the engine. Times are milliseconds since the epoch (UTC).
 */
import type { ProtocolVersion, QoS } from '@restante/mqtt-codec';
import type { Authorize, Identity } from '../authentication.ts';
import type { DeadLetterFilter, StoredDeadLetter } from '../dead-letters/dead-letter.ts';
import type { DropReason } from '../ledger/drop.ts';
import type { DropFilter, StoredDrop } from '../ledger/drop-query.ts';
import type {
  RetainedListQuery,
  RetainedTopic,
  RetainedTopicsQuery,
  SubscriptionQuery,
  SubscriptionSummary,
  TopicsQuery,
} from './lists/list-queries.ts';
import type {
  DeadLetterListQuery,
  DeadLettersDeleted,
  DropSums,
  LedgerQuery,
  PublishOutcome,
  PublishRequest,
  Receipt,
  RequeueOutcome,
  RequeueRequest,
  RewindOutcome,
  RewindRequest,
  TransferOutcome,
  TransferRequest,
} from './message-requests.ts';
import type { Message } from '../message.ts';
import type { OccurrenceKind } from '../observation/occurrences.ts';
import type { Policy } from '../policy.ts';
import type { AbsentFilter, StoredDepths, StoredRetained } from '../ports.ts';
import type { Quota, Quotas } from '../quotas/quotas.ts';

export * from './lists/list-queries.ts';
export * from './message-requests.ts';

export type SessionState = 'online' | 'offline';

export interface SessionSummary {
  clientId: string;
  state: SessionState;
  /** User name of the credential that connected last, without the tenant. */
  username: string;
  protocolVersion: ProtocolVersion;
  /** Address and port of the connection; null while offline. */
  remoteAddress: string | null;
  createdAt: number;
  /** Start of the present connection; null while offline. */
  connectedAt: number | null;
  /** End of the last connection; null while online. */
  disconnectedAt: number | null;
  /** Interval in force; 0: the session ends with its connection; 4,294,967,295: never. */
  sessionExpirySeconds: number;
  /** When an offline session ends; null while online or when it never does. */
  expiresAt: number | null;
  subscriptionCount: number;
  /** QoS 1 and 2 messages not yet acknowledged by the client, the in-flight ones included. */
  queuedMessages: number;
  queuedBytes: number;
  /** The queue's limits, by the policy in force. */
  maxQueuedMessages: number;
  maxQueuedBytes: number;
  /** Sent and not yet completely acknowledged. */
  inflightMessages: number;
  /** Messages dropped from this session's queue since it began. */
  droppedMessages: number;
  /** Nobody seems to come back for it: as `orphans` of {@link SessionQuery}. */
  isOrphanSuspect: boolean;
}

/** What changes of a session while it is watched among many. */
export type SessionGlance = Pick<
  SessionSummary,
  | 'clientId'
  | 'state'
  | 'username'
  | 'protocolVersion'
  | 'remoteAddress'
  | 'connectedAt'
  | 'disconnectedAt'
  | 'sessionExpirySeconds'
  | 'expiresAt'
  | 'queuedMessages'
  | 'queuedBytes'
  | 'maxQueuedMessages'
  | 'inflightMessages'
  | 'droppedMessages'
  | 'isOrphanSuspect'
>;

export interface AbsentSum {
  sessions: number;
  queuedMessages: number;
  queuedBytes: number;
  /** There are very many: their queues are as they were last counted. */
  isEstimate: boolean;
}

export interface SubscriptionDetail {
  topicFilter: string;
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  retainHandling: 0 | 1 | 2;
  subscriptionIdentifier: number | null;
  /** Messages of this filter the session has not yet acknowledged. */
  queuedMessages: number;
}

export interface SessionDetail extends SessionSummary {
  cleanStart: boolean;
  keepAliveSeconds: number;
  receiveMaximum: number;
  subscriptions: SubscriptionDetail[];
  will: { topic: string; qos: QoS; retain: boolean; delaySeconds: number } | null;
  /** What did not reach it since it began, as far as the ledger goes back. */
  dropped: { reason: DropReason; messages: number }[];
}

export interface SessionQuery {
  state?: SessionState;
  /** Part of the client identifier, case-insensitive. */
  q?: string;
  /** Of the credential that connected last. */
  username?: string;
  /** Absent since before then (ms since the epoch): leaves those that are online out. */
  absentBefore?: number | undefined;
  /** Absent since then or later (ms since the epoch): leaves those that are online out. */
  absentAfter?: number | undefined;
  /**
   * Absent for a week or for half of their expiry interval, and either under a client identifier that looks made up by a
   * library or program, or not come back after their first connection: leaves those that are online out.
   */
  orphans?: boolean;
  /** Default `clientId`; `queuedMessages` sorts deepest first. */
  sort?: 'clientId' | 'queuedMessages';
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
}

export interface Page<Item> {
  items: Item[];
  /** Pass as `after` for the next page; null at the end. */
  next: string | null;
}

export interface InflightDetail {
  packetIdentifier: number;
  qos: QoS;
  state: 'publish-sent' | 'pubrel-sent';
  topic: string | null;
}

export interface QueueQuery {
  /** Only messages that this topic filter matches. */
  topicFilter?: string;
  /** 1 to 500: waiting messages; what is in flight stands on the first page, all of it. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
}

/** A QoS 1 or 2 message that the client has not acknowledged. */
export interface QueuedMessage {
  /** For as long as it waits, or is in flight. */
  id: string;
  /** `pubrel-sent`: the client has the message, and the exchange is not over. */
  state: 'waiting' | 'publish-sent' | 'pubrel-sent';
  /** null: it waits. */
  packetIdentifier: number | null;
  /** With which it is sent: the message's, lowered to the subscriptions'. */
  qos: QoS;
  /**
   * null: `pubrel-sent`, or no longer stored. It is not complete when it was sent to a session that ends with its
   * connection: it will not be sent again.
   */
  message: Message | null;
  /** Subscriptions that brought it; empty: it is for this session alone (a retained message, or moved here). */
  topicFilters: string[];
}

export interface TenantCounts {
  onlineSessions: number;
  offlineSessions: number;
  queuedMessages: number;
  queuedBytes: number;
}

/** What of each quota is used; of rates, over about the last ten seconds. */
export type TenantUsage = Record<Quota, number>;

/** What has come and gone in a tenant since the start. */
export interface TenantTraffic {
  messagesIn: number;
  messagesOut: number;
  /** Of topics, payloads and properties. */
  bytesIn: number;
  droppedMessages: number;
}

export interface TenantOverview extends TenantCounts {
  retainedMessages: number;
  retainedBytes: number;
  /** Messages a second, over about the last ten seconds. */
  messagesInPerSecond: number;
  messagesOutPerSecond: number;
  /** At most ten, deepest first. */
  topQueues: { clientId: string; queuedMessages: number; queuedBytes: number; state: SessionState }[];
}

/** A topic, or all topics that begin with the same levels. */
export interface TopicTraffic {
  /** As far as the level that is listed. */
  topic: string;
  /** Topics below that level. */
  childTopics: number;
  /** Accepted since the topics are known; of those that have been quiet for long it may have been forgotten. */
  messages: number;
  /** Over about the last ten to twenty seconds. */
  messagesPerSecond: number;
  /** Of topics, payloads and properties. */
  bytes: number;
  /** When the last message came. */
  lastAt: number;
  /** The topic itself has a retained message. */
  isRetained: boolean;
}

export interface TopicPage extends Page<TopicTraffic> {
  /** Not all topics are known any more: those that were quiet for longest have made room for others. */
  hasForgotten: boolean;
}

/** The engine as the control plane uses it; every call names the tenant first. */
export interface Inspection {
  /** As with queues, a page may hold less than asked for where a filter leaves hardly any of very many sessions. */
  listSessions(tenantId: number, query: SessionQuery): Promise<Page<SessionSummary>>;
  /** By topic filter. As with sessions, a page may hold less than asked for where a search leaves hardly any. */
  listSubscriptions(tenantId: number, query: SubscriptionQuery): Promise<Page<SubscriptionSummary>>;
  /** undefined: the tenant has no such session. */
  getSession(tenantId: number, clientId: string): Promise<SessionDetail | undefined>;
  /**
   * Those sessions that are in memory: all that are online, and some that have just gone. Made one by one as they are
   * asked for, which may take any number of turns of the event loop: what comes and goes meanwhile is seen or not.
   */
  glances(tenantId: number): Iterable<SessionGlance>;
  listInflight(tenantId: number, clientId: string): Promise<InflightDetail[] | undefined>;
  /**
   * The queue message by message, in the order of delivery; the session may be online or not. A page may hold less than
   * asked for, or nothing, and still have a `next`, where a topic filter matches little. undefined: no such session.
   */
  listQueue(tenantId: number, clientId: string, query: QueueQuery): Promise<Page<QueuedMessage> | undefined>;
  overview(tenantId: number): Promise<TenantOverview>;
  /** Binds from now on; who has more than a new quota keeps it. */
  setQuotas(tenantId: number, quotas: Quotas): void;
  /** From now on the engine's observer is told of these, beside what it is always told. */
  observe(tenantId: number, kinds: readonly OccurrenceKind[]): void;
  usage(tenantId: number): Promise<TenantUsage>;
  /** Of all tenants that the engine has to do with, by tenant. */
  traffic(): Map<number, TenantTraffic>;
  /** How deep the queues of all sessions of all tenants are, by the greatest depth of each bucket, ascending. */
  queueDepths(bounds: readonly number[]): Promise<StoredDepths>;
  /** In the order of the tenants. */
  counts(tenantIds: number[]): Promise<TenantCounts[]>;
  /**
   * Connected sessions live by their changed policies from now on, but for what their clients were told at CONNECT.
   * `policyOf` says a credential's policy; undefined: it is as it was.
   */
  changePolicies(tenantId: number, policyOf: (username: string) => Policy | undefined): Promise<void>;
  /** Topics that messages came to since the start: some thousands of them, the ones used last. */
  listTopics(tenantId: number, query: TopicsQuery): TopicPage;
  /** By topic. As with queues, a page may hold less than asked for where the topic filter matches little. */
  listRetained(tenantId: number, query: RetainedListQuery): Promise<Page<StoredRetained>>;
  /** One level of the tree of topics in which something is retained, by name. */
  listRetainedTopics(tenantId: number, query: RetainedTopicsQuery): Promise<Page<RetainedTopic>>;
  /** undefined: the topic has none. */
  getRetained(tenantId: number, topic: string): Message | undefined;
  /** Resolves when it is gone for good. False: the topic has none. */
  deleteRetained(tenantId: number, topic: string): Promise<boolean>;
  /** What did not arrive, and why; the newest minutes first. */
  listDrops(tenantId: number, query: LedgerQuery): Promise<Page<StoredDrop>>;
  /** The same added up by reason, and by whoever lost most by session and by topic. */
  sumDrops(tenantId: number, filter: DropFilter): Promise<DropSums>;
  /** What sessions have lost whose policies keep that; the newest first. */
  listDeadLetters(tenantId: number, query: DeadLetterListQuery): Promise<Page<StoredDeadLetter>>;
  getDeadLetter(tenantId: number, id: string): Promise<StoredDeadLetter | undefined>;
  /** False: there is none of this identifier (any more). */
  deleteDeadLetter(tenantId: number, id: string): Promise<boolean>;
  deleteDeadLetters(
    tenantId: number,
    filter: DeadLetterFilter & { topicFilter?: string | undefined },
  ): Promise<DeadLettersDeleted>;
  /** Queues them again, a bounded number, and once each: they are dead letters no longer in the same commit. */
  requeueDeadLetters(tenantId: number, request: RequeueRequest): Promise<RequeueOutcome>;
  /** All that a topic filter matches; it stops, and is to be asked again, where the rest is too much for one go. */
  deleteRetainedMatching(
    tenantId: number,
    topicFilter: string,
  ): Promise<{ deletedMessages: number; isComplete: boolean }>;
  /**
   * Closes the session's connection (DISCONNECT 0x98); the session stays. False: not online.
   *
   * @param by whose wish that is, for who is told of it
   */
  disconnect(tenantId: number, clientId: string, by?: string): Promise<boolean>;
  /** What absent sessions hold together: what would be lost with them. Times in the filter are ms since the epoch. */
  sumAbsent(tenantId: number, filter: AbsentFilter): Promise<AbsentSum>;
  /**
   * Ends absent sessions, a bounded number of them: those that are still absent. It is to be asked again until it is
   * complete.
   */
  deleteAbsent(
    tenantId: number,
    filter: AbsentFilter,
  ): Promise<{ deleted: SessionSummary[]; isComplete: boolean }>;
  /** Closes the connection and ends the session with all it holds. False: no such session. */
  deleteSession(tenantId: number, clientId: string): Promise<boolean>;
  /**
   * Drops what waits, all of it or what a topic filter matches; messages in flight and subscriptions stay. With a topic
   * filter it stops, and is to be asked again, where the rest is too much for one go. undefined: no such session.
   */
  purgeQueue(
    tenantId: number,
    clientId: string,
    topicFilter?: string,
  ): Promise<{ purgedMessages: number; isComplete: boolean } | undefined>;
  /**
   * Drops a single message. It must wait: one that the client was sent and may be working on stays until it answers.
   * undefined: no such session.
   */
  deleteQueued(
    tenantId: number,
    clientId: string,
    id: string,
  ): Promise<'deleted' | 'not-waiting' | undefined>;
  /**
   * Queues what waits in one queue in another one, behind what waits there, a bounded piece at a time: in one commit with
   * their removal, when they are moved. What is in flight, or has expired, stays.
   */
  transferQueue(tenantId: number, clientId: string, request: TransferRequest): Promise<TransferOutcome>;
  /** Sends a session again what it was sent since a time, as far as its policy's retention keeps it. undefined: no such session. */
  rewind(tenantId: number, clientId: string, request: RewindRequest): Promise<RewindOutcome | undefined>;
  /** Closes every connection of a credential at a time (ms since the epoch), if it lasts so long. */
  expireCredential(tenantId: number, username: string, at: number): void;
  /** User names of a tenant's credentials that are connected. */
  connectedCredentials(tenantId: number): Set<string>;
  /**
   * Closes every connection of a credential, or of the whole tenant when `username` is undefined. `reason` is told to the
   * clients. `rulesFor` says what rules their wills are held to; left out: those that they had.
   */
  disconnectCredential(
    tenantId: number,
    username: string | undefined,
    reason: string,
    rulesFor?: (identity: Identity) => Authorize | undefined,
  ): void;
  /** Closes every connection of the tenant whose identity is over; as to reason and wills, as above. */
  disconnectIdentities(
    tenantId: number,
    isOver: (identity: Identity) => boolean,
    reason: string,
    rulesFor?: (identity: Identity) => Authorize | undefined,
  ): void;
  /** Ends every session of the tenant and forgets its messages; resolves when nothing of it is left. */
  deleteTenant(tenantId: number): Promise<void>;
  /**
   * Shows every message that is published from now on and that a topic filter matches, until the function that it
   * returns is called. `tail` is part of the way of a PUBLISH: it must not throw, be quick, and copy at once what it
   * wants of the message's bytes.
   */
  tail(tenantId: number, topicFilter: string, tail: (message: Message) => void): () => void;
  /** Resolves when the message is durable wherever it has to be. Throws MqttError on an invalid topic. */
  publish(tenantId: number, request: PublishRequest): Promise<PublishOutcome>;
  /** A page of the sessions for which a message was; groups stand on the first. undefined: there is no such receipt. */
  receipt(
    tenantId: number,
    receiptId: string,
    query: { limit: number; after?: string | undefined },
  ): Promise<Receipt | undefined>;
}
