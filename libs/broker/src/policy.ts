import type { QoS } from '@restante/mqtt-codec';

/** What happens to a message for a queue that is full. */
export type Overflow = 'drop-oldest' | 'drop-newest' | 'reject-publisher';

/** What bounds a queue, and what happens when it is full. */
export interface QueueLimits {
  overflow: Overflow;
  maxQueuedMessages: number;
  maxQueuedBytes: number;
}

/**
 * The limits under which a session lives: a named object of a tenant. Platform caps lie above every field
 * (see {@link capPolicy}). Intervals are in seconds, sizes in bytes; 0 means what the field says, never "no limit".
 */
export interface Policy extends QueueLimits {
  /** Given to 3.1.1 sessions with clean session = 0, which cannot name an interval themselves. */
  sessionExpirySeconds: number;
  /** A greater interval asked for by a 5.0 client is lowered to this and told in CONNACK. */
  maxSessionExpirySeconds: number;
  /** For messages that carry none; null: they do not expire. */
  messageExpirySeconds: number | null;
  /** A greater message expiry interval is lowered to this; also binds messages that carry none when set. */
  maxMessageExpirySeconds: number;
  /** While a session is absent it keeps only the newest message of each topic; `overflow` is `drop-oldest` then. */
  keepLastPerTopic: boolean;
  /** QoS 1 and 2 messages a client may send before they are answered (the server's Receive Maximum). */
  receiveMaximum: number;
  /** QoS 1 and 2 messages sent to a client and not yet acknowledged; lowered by the client's Receive Maximum. */
  maxInflight: number;
  maxPacketBytes: number;
  /** What it loses is copied to where it can be read and queued again; it does not go with `keepLastPerTopic`. */
  deadLetters: boolean;
  /** How far the session can be rewound: as long its messages are kept after it has passed them. */
  retentionSeconds: number;
  maxQoS: QoS;
  retainAllowed: boolean;
  topicAliasMaximum: number;
  maxTopicLevels: number;
  /** Cap of the keep alive; 0: the client's own choice, none included. */
  maxKeepAliveSeconds: number;
  maxSubscriptions: number;
  maxWillDelaySeconds: number;
}

const DAY = 86_400;
const KIB = 1024;
const MIB = 1024 * KIB;

/** What a tenant starts with (docs: policies). */
export const DEFAULT_POLICY: Readonly<Policy> = Object.freeze({
  sessionExpirySeconds: 3_600,
  maxSessionExpirySeconds: 7 * DAY,
  messageExpirySeconds: null,
  maxMessageExpirySeconds: 7 * DAY,
  maxQueuedMessages: 10_000,
  maxQueuedBytes: 64 * MIB,
  overflow: 'drop-oldest',
  keepLastPerTopic: false,
  receiveMaximum: 100,
  maxInflight: 100,
  maxPacketBytes: MIB,
  deadLetters: false,
  retentionSeconds: 0,
  maxQoS: 2,
  retainAllowed: true,
  topicAliasMaximum: 32,
  maxTopicLevels: 32,
  maxKeepAliveSeconds: 0,
  maxSubscriptions: 1_000,
  maxWillDelaySeconds: DAY,
});

/** What no policy may exceed, whoever wrote it. */
export const PLATFORM_CAPS = Object.freeze({
  maxSessionExpirySeconds: 365 * DAY,
  maxMessageExpirySeconds: 365 * DAY,
  maxQueuedMessages: 10_000_000,
  maxQueuedBytes: 64 * 1024 * MIB,
  receiveMaximum: 65_535,
  maxInflight: 65_535,
  maxPacketBytes: 256 * MIB,
  retentionSeconds: 30 * DAY,
  topicAliasMaximum: 65_535,
  maxTopicLevels: 128,
  maxKeepAliveSeconds: 65_535,
  maxSubscriptions: 100_000,
  maxWillDelaySeconds: 365 * DAY,
});

/** Of a policy, what stands beside a queue in the store. */
export function queueLimits({ overflow, maxQueuedMessages, maxQueuedBytes }: QueueLimits): QueueLimits {
  return { overflow, maxQueuedMessages, maxQueuedBytes };
}

/** They bound a queue alike. */
export function areSameLimits(a: QueueLimits, b: QueueLimits): boolean {
  return (
    a.overflow === b.overflow &&
    a.maxQueuedMessages === b.maxQueuedMessages &&
    a.maxQueuedBytes === b.maxQueuedBytes
  );
}

/** `policy` with every field at most the platform's cap. */
export function capPolicy(policy: Policy): Policy {
  const capped = { ...policy };
  for (const [field, cap] of Object.entries(PLATFORM_CAPS) as [keyof typeof PLATFORM_CAPS, number][]) {
    capped[field] = Math.min(policy[field], cap);
  }
  capped.sessionExpirySeconds = Math.min(policy.sessionExpirySeconds, capped.maxSessionExpirySeconds);
  return capped;
}
