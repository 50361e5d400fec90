import type { QoS } from '@restante/mqtt-codec';
import type { LossReason } from '../ledger/drop.ts';

/** What a session has lost whose policy keeps that. Times in ms since the epoch. */
export interface DeadLetterRecord {
  tenantId: number;
  /** In the order of all messages, without reuse. */
  id: number;
  clientId: string;
  /** Of the queue in which it was; null: the session's own. */
  topicFilter: string | null;
  reason: LossReason;
  /** When it was lost. */
  at: number;
  topic: string;
  payload: Buffer;
  qos: QoS;
  retain: boolean;
  forwardedProperties: Buffer;
  publishedAt: number;
  /** 0: never. */
  expiresAt: number;
}

export interface DeadLetterFilter {
  clientId?: string | undefined;
  reason?: LossReason | undefined;
}

export interface DeadLetterQuery extends DeadLetterFilter {
  /** Those before this identifier only. */
  before?: number | undefined;
  limit: number;
  /** Of each payload, so many bytes at the most. */
  payloadBytes: number;
}

/** As it is listed: `payload` is its beginning. */
export interface StoredDeadLetter extends Omit<DeadLetterRecord, 'tenantId'> {
  /** Of all of the payload. */
  payloadBytes: number;
}
