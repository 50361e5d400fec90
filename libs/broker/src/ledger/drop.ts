/** Why a message did not reach a session, or was not taken from a publisher. */
export type LossReason =
  | 'queue-full'
  | 'quota-exceeded'
  | 'message-expired'
  | 'packet-too-large'
  | 'slow-consumer'
  | 'not-authorized'
  | 'rejected-by-client'
  | 'no-longer-stored'
  | 'session-expired';

/** Why a message left a queue because somebody wanted it so. Told in the ledger, and not counted as a loss. */
export type WantedReason =
  /** An operator has emptied the queue, or deleted the message. */
  | 'purged'
  /** The client has given the subscription up. */
  | 'unsubscribed'
  /** A newer message of its topic took its place (policy `keepLastPerTopic`). */
  | 'superseded'
  /** The session was ended by its client, or deleted. */
  | 'session-ended'
  /** The last member has left the shared group. */
  | 'group-ended';

export type DropReason = LossReason | WantedReason;

export const LOSS_REASONS = [
  'queue-full',
  'quota-exceeded',
  'message-expired',
  'packet-too-large',
  'slow-consumer',
  'not-authorized',
  'rejected-by-client',
  'no-longer-stored',
  'session-expired',
] as const satisfies LossReason[];

export const DROP_REASONS = [
  ...LOSS_REASONS,
  'purged',
  'unsubscribed',
  'superseded',
  'session-ended',
  'group-ended',
] as const satisfies DropReason[];

export function isLoss(reason: DropReason): reason is LossReason {
  return (LOSS_REASONS as readonly DropReason[]).includes(reason);
}

/** Messages that came to nothing for one reason within a minute: a line of the ledger. */
export interface DropRecord {
  tenantId: number;
  /** Beginning of the minute, in ms since the epoch. */
  at: number;
  /** `refused`: their publisher was told that they are not taken, where his protocol has a way to say so. */
  kind: 'dropped' | 'refused';
  /** Who did not get them, or was refused; null: a shared group, or too many to be told apart. */
  clientId: string | null;
  /** Of the queue that they were in; null: they were in none, or in the session's own. */
  topicFilter: string | null;
  /** null: not known, or of too many topics. */
  topic: string | null;
  reason: DropReason;
  messages: number;
  /** null: not known of all of them. */
  bytes: number | null;
}

/** Beginning of the minute in which `now` lies, in ms since the epoch. */
export function minuteOf(now: number): number {
  return now - (now % 60_000);
}
