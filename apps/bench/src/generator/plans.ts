import type { Transport } from './framing.ts';
import type { Protocol, QoS } from './templates.ts';

export interface Login {
  username: string;
  password: string;
}

/** Where a broker listens, and as whom to log in. */
export interface Endpoint {
  host: string;
  ports: Record<Transport, number>;
  /** null: it lets everybody in. */
  login: Login | null;
  /** Of another tenant; null: it has no tenants. */
  neighbour: Login | null;
}

/** What all clients of a run have in common. */
export interface Target {
  host: string;
  port: number;
  transport: Transport;
  login: Login | null;
  protocol: Protocol;
  payloadBytes: number;
  /** Topics lie under this, so that runs never meet. */
  topicPrefix: string;
}

/**
 * A stream is what one publisher sends to one topic: messages 0, 1, 2 ... Subscribers follow whole streams, and that
 * is how loss, repetition and order are told.
 */
export interface StreamRange {
  first: number;
  count: number;
}

/** Messages at even distances. */
export interface Pace {
  ratePerSecond: number;
  /** When the first one leaves: a share of the distance, from 0 to 1. So several publishers do not send as one. */
  phase: number;
}

export interface PublisherPlan {
  role: 'publisher';
  clientId: string;
  streams: StreamRange;
  /** Of each stream. */
  messages: number;
  qos: QoS;
  /** Messages that may be unanswered at a time (QoS 1 and 2). */
  window: number;
  /** null: as fast as the window allows. */
  pace: Pace | null;
  /** Whether every message has a topic that was never seen before: a level below its stream's. */
  hasNewTopics: boolean;
}

/**
 * - `transient`: a session that ends with its connection
 * - `persistent`: one that is kept
 * - `resumed`: the kept one again, to get what it missed
 * - `removed`: the kept one is dropped
 */
export type SessionKind = 'transient' | 'persistent' | 'resumed' | 'removed';

export interface SubscriberPlan {
  role: 'subscriber';
  clientId: string;
  session: SessionKind;
  filter: string;
  qos: QoS;
  streams: StreamRange;
  /** Of each stream. */
  messages: number;
  /** Whether messages carry the time at which they were sent. */
  isTimed: boolean;
}

/** Connected, and nothing else. */
export interface IdlePlan {
  role: 'idle';
  clientId: string;
  /** Between one PINGREQ and the next, in milliseconds; null: none is sent. */
  pingEveryMs: number | null;
}

export type ClientPlan = PublisherPlan | SubscriberPlan | IdlePlan;

/** Of the same length for every stream, so that brokers have the same work with each. */
export function topicOf(prefix: string, stream: number): string {
  return `${prefix}/${String(stream).padStart(6, '0')}`;
}

/** The streams from `index` on that part `index` of `parts` has, of `streams` in all; parts differ by one at most. */
export function shareOf(streams: number, parts: number, index: number): StreamRange {
  const first = Math.floor((streams * index) / parts);
  return { first, count: Math.floor((streams * (index + 1)) / parts) - first };
}
