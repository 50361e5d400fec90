/** What lists of subscriptions, retained messages and topics are asked for, and what the first two tell of each. */
import type { RetainedLevel } from '../../retained.ts';
import type { SessionState, SubscriptionDetail } from '../inspection.ts';

/** As it stands in a list of all of a tenant's. */
export interface SubscriptionSummary extends Omit<SubscriptionDetail, 'queuedMessages'> {
  clientId: string;
  /** User name of the credential that connected last, without the tenant. */
  username: string;
  /** Of its session. */
  state: SessionState;
  /** Its session may be absent: what comes with QoS 1 or 2 waits for it. */
  outlivesConnection: boolean;
  /** Of a shared subscription; null: it is none. */
  shareName: string | null;
}

export interface SubscriptionQuery {
  /** Part of the topic filter, case-insensitive. */
  q?: string;
  /** Exactly this. */
  topicFilter?: string;
  /** Only those that bring a message of this topic name to somebody who is online, or to a queue. */
  matchesTopic?: string;
  clientId?: string;
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
}

export interface RetainedListQuery {
  /** Only topics that it matches. */
  topicFilter?: string;
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
  /** Of each payload, so many bytes at the most. */
  payloadBytes: number;
}

/** A level of the topic tree in which something is retained. */
export interface RetainedTopic extends RetainedLevel {
  /** All levels down to this one. */
  topic: string;
}

export interface RetainedTopicsQuery {
  /** The levels that follow this one; left out: those that topics begin with. */
  parent?: string;
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
}

export type TopicOrder = 'topic' | 'messages' | 'messagesPerSecond';

export interface TopicsQuery {
  /** The levels below these: `a/b`. undefined: the first ones. */
  parent?: string;
  /** Part of a topic name, case-insensitive: whole topics instead of levels. */
  q?: string;
  /** Default `topic`; otherwise the most first. */
  sort?: TopicOrder;
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string;
}
