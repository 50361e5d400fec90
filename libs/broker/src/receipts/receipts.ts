import type { Engine } from '../engine.ts';
import type { DropReason } from '../ledger/drop.ts';
import { MAX_RECEIPTS, MAX_RECIPIENTS_NOTED, MAX_RECIPIENTS_WATCHED, RECEIPT_KEPT_MS } from '../limits.ts';
import type { Cursor } from '../logs/cursor.ts';
import type { DurableFilter, Entry } from '../logs/durable-filter.ts';
import type { Message } from '../message.ts';
import type { LogPosition } from '../sessions/inflight.ts';
import type { Session } from '../sessions/session.ts';
import type { ReceiptOutcome, ReceiptReason, ReceiptRecord } from './receipt.ts';

/** Receipts that go at once. */
const MAX_FORGOTTEN = 100;

interface Kept {
  keptUntil: number;
  logs: DurableFilter[];
}

/**
 * The messages of one tenant whose publishers asked for a receipt. Where such a message lies in a log the log has a mark,
 * and whatever drops it there says so here; that it was acknowledged is to be seen at the cursors, as long as they are.
 * Who gets it from memory is noted.
 */
export class Receipts {
  /** By identifier, the oldest first. */
  private readonly kept = new Map<number, Kept>();
  /** QoS 1 and 2 messages that sessions have in memory: their receipts, by session. */
  private readonly given = new Map<number, Set<number>>();
  private givenCount = 0;
  /** The message that is being delivered now. */
  private current: Draft | null = null;

  constructor(
    private readonly tenantId: number,
    private readonly engine: Pick<Engine, 'journal' | 'now'>,
  ) {}

  /** Without any, nothing needs to be told to it. */
  get isEmpty(): boolean {
    return this.kept.size === 0;
  }

  /** Found in the store at start. */
  recover({ id, keptUntil, places }: ReceiptRecord, logOf: (id: number) => DurableFilter | undefined): void {
    const logs = places.flatMap(({ filterId, sequence }) => {
      const log = logOf(filterId);
      log?.mark(sequence, id);
      return log ?? [];
    });
    this.kept.set(id, { keptUntil, logs });
  }

  // ---------------------------------------------------------------- a message is delivered

  begin(message: Message): Draft {
    this.current = new Draft(message);
    this.kept.set(message.order, { keptUntil: this.engine.now() + RECEIPT_KEPT_MS, logs: this.current.logs });
    return this.current;
  }

  /** The message got an entry in a log: it is written, whoever acknowledges it before. */
  appended(draft: Draft, entry: Entry): void {
    entry.keep();
    entry.filter.mark(entry.sequence, draft.message.order);
    draft.logs.push(entry.filter);
    const { filterId, sequence, filter } = entry;
    // Only sessions' own logs have no filter, and no topic leads there.
    draft.places.push({ filterId, sequence, topicFilter: filter.topicFilter! });
  }

  /** A session gets it from memory; called before that, as it may still be dropped. */
  noteRecipient(draft: Draft, session: Session, qos: number): void {
    const isTooMany =
      draft.recipients.size >= MAX_RECIPIENTS_NOTED || this.givenCount >= MAX_RECIPIENTS_WATCHED;
    if (isTooMany) {
      draft.unnoted++;
      return;
    }
    draft.recipients.add(session.id);
    const { order } = draft.message;
    if (qos > 0) {
      let receipts = this.given.get(session.id);
      if (receipts === undefined) this.given.set(session.id, (receipts = new Set()));
      receipts.add(order);
      this.givenCount++;
    }
    this.record(order, session, 0, qos > 0 ? 'given' : 'sent', null);
  }

  end(draft: Draft): void {
    const { message, places, unnoted } = draft;
    const { topic, qos, publishedAt, expiresAt, order } = message;
    this.current = null;
    const { keptUntil } = this.kept.get(order)!;
    const facts = { tenantId: this.tenantId, id: order, topic, qos, publishedAt, expiresAt };
    this.engine.journal.putReceipt({ ...facts, keptUntil, places, unnoted });
    this.forgetOld(this.engine.now());
  }

  /** Those whose time is over, and the oldest of too many. */
  forgetOld(now: number): void {
    let count = 0;
    for (const [id, { keptUntil, logs }] of this.kept) {
      if ((keptUntil > now && this.kept.size <= MAX_RECEIPTS) || count++ === MAX_FORGOTTEN) return;
      this.kept.delete(id);
      for (const log of logs) log.unmark(id);
      this.engine.journal.deleteReceipt(this.tenantId, id);
    }
  }

  // ---------------------------------------------------------------- what becomes of it

  /** A message is dropped, or (`moved`) goes to another queue. */
  dropped(session: Session, reason: ReceiptReason, message: Message | null, positions: LogPosition[]): void {
    for (const { cursor, sequence } of positions) {
      const receiptId = cursor.log.markAt(sequence);
      if (receiptId !== undefined) this.recordDrop(receiptId, session, cursor, reason);
    }
    if (positions.length > 0 || message === null || !this.kept.has(message.order)) return;
    const isNoted =
      this.current?.recipients.has(session.id) || this.given.get(session.id)?.has(message.order);
    if (isNoted) this.recordDrop(message.order, session, null, reason);
  }

  /** The same with what the cursor is not done with from `from` to `to`. */
  droppedRange(cursor: Cursor, session: Session | null, reason: DropReason, from: number, to: number): void {
    for (const { sequence, receiptId } of cursor.log.marksWithin(from, to))
      if (!cursor.done.has(sequence)) this.recordDrop(receiptId, session, cursor, reason);
  }

  private recordDrop(
    receiptId: number,
    session: Session | null,
    cursor: Cursor | null,
    reason: ReceiptReason,
  ) {
    const isGroup = cursor !== null && cursor.owner !== session;
    const state = reason === 'message-expired' ? 'expired' : 'dropped';
    if (isGroup) this.recordForGroup(receiptId, cursor, session?.clientId ?? null, state, reason);
    else this.record(receiptId, session!, cursor?.log.id ?? 0, state, reason);
  }

  /** A member of a shared group has it: acknowledged, or (`sent`) given to it for good. */
  memberHas(cursor: Cursor, sequence: number, member: Session, state: 'acknowledged' | 'sent'): void {
    const receiptId = cursor.log.markAt(sequence);
    if (receiptId !== undefined) this.recordForGroup(receiptId, cursor, member.clientId, state, null);
  }

  /** It was sent with QoS 0, out of a queue. */
  sentUnacknowledged(session: Session, positions: LogPosition[]): void {
    for (const { cursor, sequence } of positions) {
      const receiptId = cursor.log.markAt(sequence);
      if (receiptId !== undefined) this.record(receiptId, session, cursor.log.id, 'sent', null);
    }
  }

  /** The cursor was moved back: what was dropped from `sequence` on waits again. */
  movedBack(session: Session, { log, end }: Cursor, sequence: number): void {
    for (const mark of log.marksWithin(sequence, end))
      this.record(mark.receiptId, session, log.id, 'waiting', null);
  }

  /** The cursor goes, or ends at `retireAt`: what it is done with by now and was not dropped is acknowledged. */
  cursorEnds(session: Session, cursor: Cursor): void {
    const { log, since, end, floor, done } = cursor;
    for (const { sequence, receiptId } of log.marksWithin(since + 1, end)) {
      if (sequence <= floor || done.has(sequence))
        this.record(receiptId, session, log.id, 'acknowledged', null);
    }
  }

  /** What it had in memory and has not lost it has acknowledged. */
  sessionEnds(session: Session): void {
    for (const cursor of session.cursors.values()) this.cursorEnds(session, cursor);
    const receipts = this.given.get(session.id);
    if (receipts === undefined) return;
    this.given.delete(session.id);
    this.givenCount -= receipts.size;
    for (const receiptId of receipts)
      if (this.kept.has(receiptId)) this.record(receiptId, session, 0, 'acknowledged', null);
  }

  private record(
    receiptId: number,
    { id: sessionId, clientId }: Session,
    filterId: number,
    state: ReceiptOutcome['state'],
    reason: ReceiptReason | null,
  ): void {
    this.engine.journal.addOutcome({ receiptId, sessionId, filterId, clientId, state, reason });
  }

  private recordForGroup(
    receiptId: number,
    { log }: Cursor,
    clientId: string | null,
    state: ReceiptOutcome['state'],
    reason: ReceiptReason | null,
  ): void {
    this.engine.journal.addOutcome({ receiptId, sessionId: 0, filterId: log.id, clientId, state, reason });
  }
}

/** A message with a receipt while it is delivered. */
export class Draft {
  readonly logs: DurableFilter[] = [];
  readonly places: ReceiptRecord['places'] = [];
  /** Sessions that get it from memory. */
  readonly recipients = new Set<number>();
  unnoted = 0;

  constructor(readonly message: Message) {}
}
