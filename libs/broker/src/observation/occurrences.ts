/**
 * What happens to a tenant's clients and queues and is worth telling somebody who is not there: the occurrences that an
 * {@link Observer} gets. Times are milliseconds since the epoch (UTC).
 */
import { type ProtocolVersion, ReasonCode } from '@restante/mqtt-codec';
import type { TransportKind } from '../ports.ts';
import type { Quota } from '../quotas/quotas.ts';

/** CONNACK has told the client that it is connected. */
export interface ClientConnected {
  kind: 'client-connected';
  at: number;
  clientId: string;
  /** Of the credential, without the tenant. */
  username: string;
  /** Address and port. */
  remoteAddress: string;
  transport: TransportKind;
  protocolVersion: ProtocolVersion;
  sessionPresent: boolean;
  /** Its session is to outlive it. */
  isDurable: boolean;
}

/** Why a connection ended. */
export interface ConnectionEnd {
  /** `network`: the connection broke, or was closed without DISCONNECT. */
  by: 'client' | 'server' | 'network';
  /** Of DISCONNECT, whether or not the client's version has it; null: `network`. */
  reasonCode: number | null;
  reason: string;
}

/** Of a connection whose client and server said nothing. */
export const BROKEN: ConnectionEnd = {
  by: 'network',
  reasonCode: null,
  reason: 'The connection was closed without DISCONNECT',
};

/** Whether it is the server that goes. */
export function isGoingAway({ reasonCode }: ConnectionEnd): boolean {
  return reasonCode === ReasonCode.SERVER_SHUTTING_DOWN || reasonCode === ReasonCode.USE_ANOTHER_SERVER;
}

/** A connection that CONNACK had confirmed is over. */
export interface ClientDisconnected extends ConnectionEnd {
  kind: 'client-disconnected';
  at: number;
  clientId: string;
  username: string;
  remoteAddress: string;
  /** Who had it ended: the address that took the session over, a person's or an API key's name; null: nobody else. */
  endedBy: string | null;
  /** Its session was to outlive it. */
  isDurable: boolean;
  /** Its session stays, until it expires or the client comes back. */
  isSessionKept: boolean;
}

/** An absent session's time has run out: it is gone, with what waited in it. */
export interface SessionExpired {
  kind: 'session-expired';
  at: number;
  clientId: string;
  username: string;
  disconnectedAt: number | null;
  /** Of the queue that is lost with it. */
  queuedMessages: number;
  queuedBytes: number;
}

/** A clean start has ended a session that outlives its connection, with what waited in it, before its time. */
export interface SessionReplaced {
  kind: 'session-replaced';
  at: number;
  clientId: string;
  username: string;
  queuedMessages: number;
  queuedBytes: number;
}

/** Something was refused, or slowed down, since a quota is used up. Told at most once a minute for each quota. */
export interface QuotaReached {
  kind: 'quota-reached';
  at: number;
  quota: Quota;
  limit: number;
}

/** A queue's depth and its limits, by the policy in force. */
export interface QueueFill {
  queuedMessages: number;
  queuedBytes: number;
  maxQueuedMessages: number;
  maxQueuedBytes: number;
}

/** A queue has come to 80 %, or to 100 %, of what it may hold. It is told again when it had become less meanwhile. */
export interface QueueFilled extends QueueFill {
  kind: 'queue-filled';
  at: number;
  percent: 80 | 100;
  /** null: the queue of a shared subscription. */
  clientId: string | null;
  username: string | null;
  /** `$share/{name}/{filter}`; null: the queue of a session. */
  sharedSubscription: string | null;
}

/** Messages wait for a client that is not there. Told at once, and then at most once a minute for each client. */
export interface MessagesQueued extends QueueFill {
  kind: 'messages-queued';
  at: number;
  clientId: string;
  username: string;
  /** Since it was last told, or the client left. */
  messages: number;
  /** Of one of them. */
  topic: string;
}

export type Occurrence =
  | ClientConnected
  | ClientDisconnected
  | SessionExpired
  | SessionReplaced
  | QuotaReached
  | QueueFilled
  | MessagesQueued;

export type OccurrenceKind = Occurrence['kind'];
