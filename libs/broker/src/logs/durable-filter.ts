import type { Cursor } from './cursor.ts';
import { MAX_TAIL_BYTES, MAX_TAIL_ENTRIES } from '../limits.ts';
import { type Mark, Marks } from './marks.ts';
import type { Message } from '../message.ts';
import type { DurableFilterRecord, LogEntry } from '../ports.ts';

/** More than will ever acknowledge an entry: it is written in any case. */
const NEVER_CANCELLED = 1_000_000_000;

/**
 * A message in a filter's log.
 *
 * `pending` -> `committing` -> `stored`, or, when every cursor is done with it before its batch began,
 * `pending` -> `cancelled`: then it is never written.
 */
export class Entry implements LogEntry {
  state: 'pending' | 'committing' | 'stored' | 'cancelled' = 'pending';

  constructor(
    readonly filter: DurableFilter,
    readonly sequence: number,
    readonly message: Message,
    readonly bytesBefore: number,
    /** Cursors that are not done with it; kept up while it is pending. */
    private remaining: number,
  ) {}

  get filterId(): number {
    return this.filter.id;
  }

  /** It is written in any case. */
  keep(): void {
    this.remaining = NEVER_CANCELLED;
  }

  get isKept(): boolean {
    return this.filter.keptFrom !== null;
  }

  /** A cursor is done with it. */
  acknowledge(): void {
    if (--this.remaining === 0) this.cancel();
  }

  /** Nobody needs it: it is never written, unless that has begun. */
  cancel(): void {
    if (this.state !== 'pending') return;
    this.state = 'cancelled';
    this.message.settle();
  }

  markStored(): void {
    this.state = 'stored';
    this.message.settle();
  }

  get isSettled(): boolean {
    return this.state === 'stored' || this.state === 'cancelled';
  }
}

const NO_CURSORS: ReadonlySet<Cursor> = new Set();
const NO_MARKS: readonly Mark[] = [];
/** Never written to. */
const NO_ENTRIES: Entry[] = [];

/**
 * A topic filter to which at least one session that outlives its connection subscribes with QoS > 0, or the own
 * log of one session. Holds the tail of its log: everything not yet stored, and a bounded piece before it while
 * a session that is online still needs it. The rest is in the store.
 */
export class DurableFilter {
  readonly id: number;
  readonly tenantId: number;
  readonly topicFilter: string | null;

  /** Sequence number of the newest entry; 0: none yet. */
  head: number;
  /** Bytes of all entries ever appended, as far as they are remembered. */
  totalBytes: number;
  /** Cursors of all sessions, online or not, those included whose subscription is gone. */
  cursorCount: number;
  /** Cursors that still follow it: with none, nothing needs to be appended. */
  followerCount: number;
  isDeleted = false;
  /** From this sequence number on the store knows the newest message of each topic; null: nobody asks for it. */
  newestFrom: number | null;
  /** From this sequence number on entries are kept when every cursor has passed them, and so all are written; null: none. */
  keptFrom: number | null;
  /** Messages with a receipt; null: none. */
  private marks: Marks | null = null;
  /** null: none. Of a million absent sessions' logs most are like that. */
  private inMemory: Set<Cursor> | null = null;

  /** Consecutive entries up to the head; those before `start` are gone. */
  private tail: Entry[] = NO_ENTRIES;
  private start = 0;
  private tailBytes = 0;

  constructor(
    record: DurableFilterRecord & {
      head?: number;
      totalBytes?: number;
      cursorCount?: number;
      followerCount?: number;
      newestFrom?: number | null;
      keptFrom?: number | null;
    },
  ) {
    this.id = record.id;
    this.tenantId = record.tenantId;
    this.topicFilter = record.topicFilter;
    this.newestFrom = record.newestFrom ?? null;
    this.keptFrom = record.keptFrom ?? null;
    this.head = record.head ?? 0;
    this.totalBytes = record.totalBytes ?? 0;
    this.cursorCount = record.cursorCount ?? 0;
    this.followerCount = record.followerCount ?? 0;
  }

  /** Cursors of sessions in memory. */
  get cursors(): ReadonlySet<Cursor> {
    return this.inMemory ?? NO_CURSORS;
  }

  attach(cursor: Cursor): void {
    (this.inMemory ??= new Set()).add(cursor);
  }

  detach(cursor: Cursor): void {
    this.inMemory?.delete(cursor);
    if (this.inMemory?.size === 0) this.inMemory = null;
  }

  /** Sequence number of the oldest entry in memory; head + 1 when there is none. */
  get tailStart(): number {
    return this.head - (this.tail.length - this.start) + 1;
  }

  append(message: Message): Entry {
    message.keep();
    const remaining = this.keptFrom === null ? this.followerCount : NEVER_CANCELLED;
    const entry = new Entry(this, ++this.head, message, this.totalBytes, remaining);
    this.totalBytes += message.size;
    this.tailBytes += message.size;
    if (this.tail === NO_ENTRIES) this.tail = [];
    this.tail.push(entry);
    message.wait();
    return entry;
  }

  /** The entry, when it is in memory. */
  entryAt(sequence: number): Entry | undefined {
    const index = sequence - this.tailStart;
    return index < 0 ? undefined : this.tail[this.start + index];
  }

  /** The message there has a receipt. */
  mark(sequence: number, receiptId: number): void {
    (this.marks ??= new Marks()).add(sequence, receiptId);
  }

  unmark(receiptId: number): void {
    this.marks?.remove(receiptId);
    if (this.marks?.isEmpty) this.marks = null;
  }

  /** The receipt of the message there; undefined: it has none. */
  markAt(sequence: number): number | undefined {
    return this.marks === null ? undefined : this.marks.within(sequence, sequence)[0]?.receiptId;
  }

  marksWithin(from: number, to: number): readonly Mark[] {
    return this.marks === null ? NO_MARKS : this.marks.within(from, to);
  }

  /** Lets go of settled entries that no session in memory waits for, and of more when they are too many. */
  trim(): void {
    let keepFrom = this.head + 1;
    for (const cursor of this.cursors) if (cursor.next < keepFrom) keepFrom = cursor.next;
    let sequence = this.tailStart;
    while (this.start < this.tail.length) {
      const entry = this.tail[this.start];
      if (!entry.isSettled) break;
      const isOverBound = this.tail.length - this.start > MAX_TAIL_ENTRIES || this.tailBytes > MAX_TAIL_BYTES;
      if (sequence >= keepFrom && !isOverBound) break;
      this.tailBytes -= entry.message.size;
      this.start++;
      sequence++;
    }
    this.forget();
  }

  /** Once half of the list is gone: until then it holds on to messages that nobody needs any more. */
  private forget(): void {
    const left = this.tail.length - this.start;
    if (this.start < left) return;
    this.tail = left === 0 ? NO_ENTRIES : this.tail.slice(this.start);
    this.start = 0;
  }
}
