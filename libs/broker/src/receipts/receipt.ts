import type { QoS } from '@restante/mqtt-codec';
import type { DropReason } from '../ledger/drop.ts';

/** What became of a message for one session. `sent`: of QoS 0, nobody acknowledges it; else it is in flight. */
export type ReceiptState = 'waiting' | 'sent' | 'acknowledged' | 'expired' | 'dropped';

export type ReceiptReason = DropReason | 'moved';

/** A message whose publisher asked to be told what becomes of it. Times in ms since the epoch. */
export interface ReceiptRecord {
  tenantId: number;
  /** The message's position in the order of all messages. */
  id: number;
  topic: string;
  qos: QoS;
  publishedAt: number;
  /** 0: never. */
  expiresAt: number;
  /** Until when the receipt is kept. */
  keptUntil: number;
  /** Where it lies in logs. */
  places: ReceiptPlace[];
  /** Sessions that got it from memory and were too many to be noted. */
  unnoted: number;
}

export interface ReceiptPlace {
  filterId: number;
  sequence: number;
  topicFilter: string;
}

/** What is known of a message for a session beyond where its cursor stands. */
export interface ReceiptOutcome {
  receiptId: number;
  /** 0: a shared group's. */
  sessionId: number;
  /** 0: it was in no log. */
  filterId: number;
  /** Of the session, or of the group's member that had it; null: no member had. */
  clientId: string | null;
  /** `given`: it is with a session in memory, which knows more. `waiting`: it waits again, ask the cursor. */
  state: ReceiptState | 'given';
  reason: ReceiptReason | null;
}

/** What the store knows of a message for one session, or for one shared group (session 0). */
export interface StoredReceiptSession {
  sessionId: number;
  clientId: string | null;
  /** In the logs that the session followed when the message came. */
  places: (Pick<ReceiptPlace, 'filterId' | 'sequence'> & { isDone: boolean; isInflight: boolean })[];
  outcomes: Pick<ReceiptOutcome, 'filterId' | 'clientId' | 'state' | 'reason'>[];
}

/** That a cursor is done with it says nothing against what is known already. */
export function overrides(outcome: ReceiptOutcome, present: ReceiptOutcome): boolean {
  return outcome.state !== 'acknowledged' || present.state === 'given' || present.state === 'waiting';
}
