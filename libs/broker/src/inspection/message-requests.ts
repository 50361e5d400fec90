/** What is asked of messages: that they are published, moved, sent again or told of, and what came of it. */
import type { QoS } from '@restante/mqtt-codec';
import type { DeadLetterFilter } from '../dead-letters/dead-letter.ts';
import type { DropQuery, DropSum } from '../ledger/drop-query.ts';
import type { ReceiptReason, ReceiptState } from '../receipts/receipt.ts';
import type { Page } from './inspection.ts';

export interface PublishRequest {
  topic: string;
  payload: Buffer;
  qos: QoS;
  retain: boolean;
  messageExpiryInterval?: number;
  /** Property bytes as in `PublishPacket.forwardedProperties`. */
  forwardedProperties?: Buffer;
  /** Where it comes from: it leaves the outbox in the commit that makes it durable, which is waited for. */
  outboxId?: number;
  /** What becomes of it is kept account of for a day. */
  wantsReceipt?: boolean;
}

export interface PublishOutcome {
  /** Sessions that get the message now, from memory. */
  delivered: number;
  /** Durable filters whose log holds it. */
  filters: number;
  /** Identifier of the receipt; null: none was wanted. */
  receiptId: string | null;
}

/** What became of a message for one session, or one shared group. */
export interface ReceiptLine {
  /** Of a group: the member that had it last; null: none had. */
  clientId: string | null;
  /** `$share/{name}/{filter}` of a group; null: it is a session. */
  sharedFilter: string | null;
  state: ReceiptState;
  /** Why it was dropped; null: it was not. */
  reason: ReceiptReason | null;
}

/** Times in ms since the epoch. */
export interface Receipt extends Page<ReceiptLine> {
  topic: string;
  qos: QoS;
  publishedAt: number;
  /** 0: never. */
  expiresAt: number;
  keptUntil: number;
  /** Sessions that got it from memory and were too many to be noted. */
  unnoted: number;
}

export interface TransferRequest {
  /** Client identifier of the session that gets the messages. */
  to: string;
  /** They leave the queue they are in. */
  isMove: boolean;
  /** Only messages that this topic filter matches. */
  topicFilter?: string;
  /** The `next` of the piece before. */
  after?: string;
}

export interface TransferOutcome {
  /**
   * `not-durable`: one of the sessions ends with its connection. `too-much`: the messages of this piece do not fit into
   * the other queue, which got none of them.
   */
  kind: 'transferred' | 'no-source' | 'no-target' | 'not-durable' | 'too-much';
  messages: number;
  bytes: number;
  /** Pass as `after` for the next piece; null at the end. */
  next: string | null;
}

export interface RewindRequest {
  /** Milliseconds since the epoch. */
  to: number;
  /** Nothing is changed: only what would come of it is told. */
  isDryRun: boolean;
}

export interface RewindOutcome {
  /**
   * `nothing-kept`: the session's policy has no retention. `too-much`: its queue could not take the messages, none of
   * which was queued.
   */
  kind: 'rewound' | 'nothing-kept' | 'too-much';
  /** Sent again, as a queue counts: under each of the filters that match. Those in flight are not among them. */
  messages: number;
  bytes: number;
  /** When the first of them was published; null: there is none. */
  from: number | null;
  /** False: some of what came since then is not kept any more. */
  isComplete: boolean;
}

export interface LedgerQuery extends Omit<DropQuery, 'after'> {
  /** The `next` of the page before. */
  after?: string | undefined;
}

export interface DropSums {
  byReason: DropSum[];
  /** At most ten, most messages first. */
  byClientId: DropSum[];
  byTopic: DropSum[];
}

export interface DeadLetterListQuery extends DeadLetterFilter {
  /** Only messages that this topic filter matches. */
  topicFilter?: string | undefined;
  /** 1 to 500. */
  limit: number;
  /** The `next` of the page before. */
  after?: string | undefined;
  /** Of each payload, so many bytes at the most. */
  payloadBytes: number;
}

export interface DeadLettersDeleted {
  deletedMessages: number;
}

/** Which dead letters: those of these identifiers, or those that everything else here holds for. */
export interface RequeueRequest extends DeadLetterFilter {
  ids?: string[] | undefined;
  topicFilter?: string | undefined;
  /** Client identifier of the session that gets them; undefined: whoever lost them. */
  to?: string | undefined;
}

export interface RequeueOutcome {
  messages: number;
  bytes: number;
  /** For these sessions nothing was queued. */
  left: { clientId: string; messages: number; problem: 'no-session' | 'not-durable' | 'too-much' }[];
  /** False: there are more, ask again. */
  isComplete: boolean;
}
