import type { DeadLetterRecord } from '../dead-letters/dead-letter.ts';
import type { Cursor } from '../logs/cursor.ts';
import type { DurableFilter, Entry } from '../logs/durable-filter.ts';
import type { Message } from '../message.ts';
import type { DropRecord } from '../ledger/drop.ts';
import type { Tallies } from '../ledger/tallies.ts';
import type { Batch, NewestMessage, NextIdentifiers, RetainedChange } from '../ports.ts';
import { overrides, type ReceiptOutcome, type ReceiptRecord } from '../receipts/receipt.ts';
import { Session } from '../sessions/session.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { Subscription } from '../sessions/subscription.ts';

/** Never written to. */
const NO_DROPS: DropRecord[] = [];
const NO_OUTCOMES: ReceiptOutcome[] = [];

/** Changes that go to the store with the next batch. */
export class Gathering {
  readonly sessions = new Set<Session>();
  readonly dirty = new Set<Session>();
  readonly groups = new Set<SharedGroup>();
  readonly deletedSessions = new Map<number, Session>();
  readonly filters = new Map<number, DurableFilter>();
  readonly askedFilters = new Set<DurableFilter>();
  readonly keptFilters = new Set<DurableFilter>();
  readonly deletedFilters = new Set<DurableFilter>();
  /** By session and topic filter; null: removed. */
  readonly subscriptions = new Map<
    string,
    { session: Session; topicFilter: string; subscription: Subscription | null }
  >();
  readonly deletedCursors = new Map<string, Cursor>();
  readonly retained = new Map<string, RetainedChange>();
  readonly retainedMessages: Message[] = [];
  readonly takenFromOutbox: number[] = [];
  /** null: nothing was dropped. */
  drops: Tallies | null = null;
  readonly receipts: ReceiptRecord[] = [];
  readonly deletedReceipts: Batch['deletedReceipts'] = [];
  /** By receipt, session and filter; null: none. */
  private outcomes: Map<string, ReceiptOutcome> | null = null;
  readonly deadLetters: DeadLetterRecord[] = [];
  readonly deletedDeadLetters: Batch['deletedDeadLetters'] = [];
  readonly callbacks: (() => void)[] = [];

  get isEmpty(): boolean {
    return (
      this.callbacks.length === 0 &&
      this.sessions.size === 0 &&
      this.dirty.size === 0 &&
      this.groups.size === 0 &&
      this.deletedSessions.size === 0 &&
      this.filters.size === 0 &&
      this.askedFilters.size === 0 &&
      this.keptFilters.size === 0 &&
      this.deletedFilters.size === 0 &&
      this.subscriptions.size === 0 &&
      this.deletedCursors.size === 0 &&
      this.retained.size === 0 &&
      this.takenFromOutbox.length === 0 &&
      this.drops === null &&
      this.receipts.length === 0 &&
      this.deletedReceipts.length === 0 &&
      this.outcomes === null &&
      this.deadLetters.length === 0 &&
      this.deletedDeadLetters.length === 0
    );
  }

  addOutcome(outcome: ReceiptOutcome): void {
    const { receiptId, sessionId, filterId } = outcome;
    const key = `${receiptId} ${sessionId} ${filterId}`;
    this.outcomes ??= new Map();
    const present = this.outcomes.get(key);
    if (present === undefined || overrides(outcome, present)) this.outcomes.set(key, outcome);
  }

  /** As they are now, with what was appended to the logs. What is written counts as unchanged from here on. */
  toBatch(next: NextIdentifiers, entries: Entry[]): Batch {
    const batch: Batch = {
      number: 0,
      next,
      sessions: [],
      deletedSessionIds: [...this.deletedSessions.keys()],
      filters: [...this.filters.values()].map(({ id, tenantId, topicFilter }) => ({
        id,
        tenantId,
        topicFilter,
      })),
      askedFilters: [...this.askedFilters.values()].map(({ id, newestFrom }) => ({
        filterId: id,
        newestFrom: newestFrom!,
      })),
      keptFilters: [...this.keptFilters].map(({ id, keptFrom }) => ({ filterId: id, keptFrom })),
      deletedFilterIds: [...this.deletedFilters].map((filter) => filter.id),
      subscriptions: [],
      deletedSubscriptions: [],
      cursors: [],
      deletedCursors: [],
      states: [],
      entries,
      newest: newestOf(entries),
      retained: [...this.retained.values()],
      takenFromOutbox: this.takenFromOutbox,
      drops: this.drops?.toRecords() ?? NO_DROPS,
      receipts: this.receipts,
      deletedReceipts: this.deletedReceipts,
      outcomes: this.outcomes === null ? NO_OUTCOMES : [...this.outcomes.values()],
      deadLetters: this.deadLetters,
      deletedDeadLetters: this.deletedDeadLetters,
    };
    for (const session of this.sessions) if (!session.isEnded) batch.sessions.push(session.toRecord());
    for (const { session, topicFilter, subscription } of this.subscriptions.values()) {
      if (session.isEnded) continue;
      if (subscription === null) batch.deletedSubscriptions.push({ sessionId: session.id, topicFilter });
      else batch.subscriptions.push(toSubscriptionRecord(subscription));
    }
    for (const { owner, log } of this.deletedCursors.values()) {
      // One that was followed again meanwhile is there under the same key.
      const isBack = owner instanceof Session && owner.cursors.has(log.id);
      if (!isBack) batch.deletedCursors.push({ sessionId: owner.id, filterId: log.id });
    }
    for (const { cursor } of this.groups) if (cursor !== null) putCursor(batch, cursor);
    for (const session of this.dirty) {
      if (session.isEnded) continue;
      session.isDirty = false;
      batch.states.push(session.toStateRecord());
      for (const cursor of session.cursors.values()) putCursor(batch, cursor);
    }
    return batch;
  }
}

function putCursor(batch: Batch, cursor: Cursor): void {
  if (!cursor.isDirty) return;
  cursor.isDirty = false;
  batch.cursors.push(cursor.toRecord());
}

/** The last entry of each topic, in logs that are asked for them. */
function newestOf(entries: Entry[]): NewestMessage[] {
  const newest = new Map<string, NewestMessage>();
  for (const { filter, sequence, message } of entries) {
    if (filter.newestFrom === null || sequence < filter.newestFrom) continue;
    const { topic, size } = message;
    newest.set(`${filter.id} ${topic}`, { filterId: filter.id, topic, sequence, bytes: size });
  }
  return [...newest.values()];
}

function toSubscriptionRecord(subscription: Subscription) {
  const { session, topicFilter, qos, noLocal, retainAsPublished, retainHandling, identifier, since } =
    subscription;
  return {
    sessionId: session.id,
    tenantId: session.namespace.tenantId,
    topicFilter,
    qos,
    noLocal,
    retainAsPublished,
    retainHandling,
    identifier,
    since,
  };
}

export function isEmpty(batch: Batch): boolean {
  return (
    batch.entries.length === 0 &&
    batch.states.length === 0 &&
    batch.cursors.length === 0 &&
    batch.sessions.length === 0 &&
    batch.deletedSessionIds.length === 0 &&
    batch.filters.length === 0 &&
    batch.askedFilters.length === 0 &&
    batch.keptFilters.length === 0 &&
    batch.deletedFilterIds.length === 0 &&
    batch.subscriptions.length === 0 &&
    batch.deletedSubscriptions.length === 0 &&
    batch.deletedCursors.length === 0 &&
    batch.retained.length === 0 &&
    batch.takenFromOutbox.length === 0 &&
    batch.drops.length === 0 &&
    batch.receipts.length === 0 &&
    batch.deletedReceipts.length === 0 &&
    batch.outcomes.length === 0 &&
    batch.deadLetters.length === 0 &&
    batch.deletedDeadLetters.length === 0
  );
}
