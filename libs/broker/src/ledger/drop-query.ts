import type { DropReason, DropRecord } from './drop.ts';

/** Which lines of the ledger are wanted. Times in ms since the epoch. */
export interface DropFilter {
  kind?: DropRecord['kind'] | undefined;
  clientId?: string | undefined;
  /** A topic, or the topic filter of a queue. */
  topic?: string | undefined;
  reason?: DropReason | undefined;
  from?: number | undefined;
  /** Exclusive. */
  to?: number | undefined;
}

/** Place of a line in the ledger. */
export interface DropPosition {
  at: number;
  key: string;
}

export interface DropQuery extends DropFilter {
  limit: number;
  after?: DropPosition | undefined;
}

export interface StoredDrop extends Omit<DropRecord, 'tenantId'> {
  key: string;
}

/** In what respect lines are the same that are added up. */
export type DropSumBy = 'reason' | 'clientId' | 'topic';

export interface DropSum {
  /** null: not known, or nobody's in particular. */
  value: string | null;
  kind: DropRecord['kind'];
  messages: number;
  /** null: not known of all of them. */
  bytes: number | null;
}
