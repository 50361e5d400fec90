/** What the store is asked, and tells, for lists that people look at. */
import type { QoS } from '@restante/mqtt-codec';
import type { SessionQuery } from './inspection/inspection.ts';
import type { SessionRecord, SubscriptionRecord } from './ports.ts';

/** Of absent sessions. */
export type AbsentFilter = Pick<SessionQuery, 'q' | 'username' | 'absentBefore' | 'absentAfter' | 'orphans'>;

/** How many sessions have queues of which depth. */
export interface StoredDepths {
  /** By the greatest depths that were asked for; the last one: deeper than all of these. */
  sessions: number[];
  /** In all of them. */
  messages: number;
}

export interface OfflineQuery extends AbsentFilter, Pick<SessionQuery, 'sort' | 'limit'> {
  /** The last session seen. */
  after?: SessionPosition | undefined;
}

export interface StoredSubscriptionsQuery {
  /** Part of the topic filter, case-insensitive. */
  q?: string | undefined;
  /** Exactly these. */
  topicFilters?: string[] | undefined;
  clientId?: string | undefined;
  limit: number;
  /** The last subscription seen. */
  after?: SubscriptionPosition | undefined;
}

/** A subscription of a session that outlives its connection, as it is listed. */
export interface StoredSubscription extends Omit<SubscriptionRecord, 'tenantId' | 'since'> {
  clientId: string;
  username: string;
}

export interface StoredSubscriptionPage {
  subscriptions: StoredSubscription[];
  /** Where to go on, though nothing or little was found; null: there are no more. */
  next: SubscriptionPosition | null;
}

/** Of a subscription in a list: by its filter, the filter's first 200 characters count before the session. */
export interface SubscriptionPosition {
  topicFilter: string;
  sessionId: number;
}

export interface RetainedQuery {
  /** With which topics begin. */
  prefix: string;
  /** The last topic seen. */
  after?: string | undefined;
  limit: number;
  /** Of each payload, so many bytes at the most. */
  payloadBytes: number;
}

/** A retained message as it is listed. Times in ms since the epoch. */
export interface StoredRetained {
  topic: string;
  qos: QoS;
  /** Its beginning. */
  payload: Buffer;
  /** Of all of it. */
  payloadBytes: number;
  forwardedProperties: Buffer;
  publishedAt: number;
  /** 0: never. */
  expiresAt: number;
}

/** An absent session and its queue as the database sees them. */
export interface StoredSessionSummary extends Pick<
  SessionRecord,
  | 'clientId'
  | 'username'
  | 'protocolVersion'
  | 'createdAt'
  | 'disconnectedAt'
  | 'expirySeconds'
  | 'expiresAt'
  | 'droppedMessages'
> {
  subscriptionCount: number;
  queuedMessages: number;
  queuedBytes: number;
  inflightMessages: number;
  isOrphanSuspect: boolean;
  /** How deep its queue was when the list was put in order, if it was put in order by depth. */
  rank: number;
}

export interface StoredSessionPage {
  sessions: StoredSessionSummary[];
  /**
   * Where to go on when a filter left less than asked for of as many sessions as are looked at for a page; null: there
   * are no more, or the page is full.
   */
  lookedAt: SessionPosition | null;
}

/** Who follows some logs, in the order of the logs and of their sessions' identifiers. */
export interface FollowersQuery {
  logs: { filterId: number; since: number }[];
  /** The last follower seen, of the first of these logs; null: none was. */
  after: { filterId: number; sessionId: number } | null;
  /** Followers that are looked at, absent or not. */
  limit: number;
}

/** An absent session that follows a log. */
export interface Follower {
  filterId: number;
  sessionId: number;
  clientId: string;
  username: string;
  /** Of that log, after `since`: what waits for the session. */
  newMessages: number;
  /** Of its whole queue. */
  queuedMessages: number;
  queuedBytes: number;
}

export interface FollowersPage {
  followers: Follower[];
  /** Where to go on; null: there are no more. */
  lookedAt: { filterId: number; sessionId: number } | null;
}

/** Of a session in a list. */
export interface SessionPosition {
  /** Counts only when sorting by it. */
  queuedMessages: number;
  clientId: string;
}

/** Of a tenant's absent sessions. */
export interface StoredCounts {
  offlineSessions: number;
  queuedMessages: number;
  queuedBytes: number;
}

export interface StoredTotals extends StoredCounts {
  topQueues: { clientId: string; queuedMessages: number; queuedBytes: number }[];
}
