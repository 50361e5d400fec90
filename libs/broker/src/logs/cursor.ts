import type { DurableFilter } from './durable-filter.ts';
import type { DropReason } from '../ledger/drop.ts';
import type { QueueLimits } from '../policy.ts';
import type { CursorRecord, StoredEntry } from '../ports.ts';
import { Ranges } from './ranges.ts';
import { Replay } from './replay.ts';
import { Selection } from './selection.ts';
import type { Subscription } from '../sessions/subscription.ts';

/** In place of a session's identifier: the cursor is a shared group's. */
export const SHARED_GROUP = 0;

/** Whose cursor it is: a session's, or a shared group's. */
export interface CursorOwner {
  /** The session's, or `SHARED_GROUP`. */
  readonly id: number;
  /** The owner may have something to send. */
  wake(): void;
  /** Told of what a cursor of it is not done with and drops, before it is done with it. */
  dropped(cursor: Cursor, reason: DropReason, range: { from: number; to: number }): void;
}

/**
 * Where a session, or a shared group, stands in a log.
 *
 * ```
 *   acknowledged   in flight, or done out of order   waiting           log's head
 *   ------------ floor ----------------------- next ------------------ head
 * ```
 */
export class Cursor {
  /** Everything up to here is done. */
  floor: number;
  /** The next sequence number to look at for sending. */
  next: number;
  /** What is done above the floor. */
  readonly done: Ranges;
  /** The log's running total of bytes, less the bytes of what is not done; less still while some were skipped unseen. */
  consumedBytes: number;
  /** Bytes of what is in flight, but for the messages that were so when the session was read and are not read yet. */
  private inflightBytes = 0;
  private unreadInflight = 0;
  /** The cursor ends here, its subscription is gone; null while it follows the log. */
  retireAt: number | null;
  /** Of a group's queue; a session's stand in its own row. */
  limits: QueueLimits | null;
  /** Head of the log when it began to follow it, as far as that is known: what came before is not its. */
  since: number;
  /** Changed since it was last written. */
  isDirty = false;
  /** Up to here the store may have let go what no queue was to hold, for this reason; null: of this cursor it has not. */
  reclaimed: { upTo: number; reason: DropReason } | null = null;

  /** What was read from the store, while it is behind the tail in memory. */
  readonly replay = new Replay();
  /** What of the time of its absence a session gets that kept the newest message of each topic alone. */
  private selection: Selection | null = null;
  /**
   * Sequence numbers from `next` on that are in flight, as when the session was read from the store or the cursor was
   * moved back: not to be sent again.
   */
  private inflightAhead: Set<number> | null = null;

  constructor(
    readonly owner: CursorOwner,
    readonly log: DurableFilter,
    /** null: the session's own log, a group's, or the subscription is gone. */
    public subscription: Subscription | null,
    record?: CursorRecord,
  ) {
    this.floor = record?.floor ?? log.head;
    this.since = this.floor;
    this.next = this.floor + 1;
    this.done = new Ranges(record?.done);
    this.consumedBytes = record?.consumedBytes ?? log.totalBytes;
    this.retireAt = record?.retireAt ?? null;
    this.limits = record?.limits ?? null;
  }

  /** The last sequence number this cursor will ever want, for now. */
  get end(): number {
    return this.retireAt ?? this.log.head;
  }

  /** Messages not done with: waiting and in flight. */
  get depth(): number {
    return Math.max(0, this.distance - (this.selection?.superseded ?? 0));
  }

  /** Sequence numbers up to the end that are not done. */
  private get distance(): number {
    return this.end - this.floor - this.done.count;
  }

  /** Bytes of these messages. */
  get depthBytes(): number {
    return this.depth === 0 ? 0 : Math.max(0, this.log.totalBytes - this.consumedBytes);
  }

  get isFinished(): boolean {
    return this.retireAt !== null && this.floor >= this.retireAt;
  }

  /** Remembers a message that is already in flight, so that it is sent as such and not as a new one. */
  expectInflight(sequence: number): void {
    (this.inflightAhead ??= new Set()).add(sequence);
    this.unreadInflight++;
  }

  /** Such a message was read, to be sent again: its size is known. */
  resumeInflight(bytes: number): void {
    this.unreadInflight--;
    this.inflightBytes += bytes;
  }

  /** The entry at `next` is sent. */
  startInflight(sequence: number, bytes: number): void {
    this.next = sequence + 1;
    this.inflightBytes += bytes;
  }

  /** A message in flight has been acknowledged, or given up. */
  settleInflight(sequence: number, bytes: number): void {
    this.inflightBytes = Math.max(0, this.inflightBytes - bytes);
    this.settle(sequence, bytes);
  }

  /** Nothing is in flight any more: everything that is not done is sent again. */
  rewind(): void {
    this.next = this.floor + 1;
    this.inflightBytes = 0;
    this.selection = null;
    this.replay.clear();
  }

  /**
   * The entry at `next`, without moving on.
   * @returns 'nothing' at the end of the log, 'not-loaded' when it must be read from the store first
   */
  peek(): StoredEntry | 'nothing' | 'not-loaded' {
    while (this.advance()) {
      const entry = this.log.entryAt(this.next) ?? this.fromStore();
      if (entry === undefined) return 'not-loaded';
      if (entry === null) continue;
      // Everything before it is done or in flight: that puts right what was skipped unseen.
      this.consumedBytes = Math.max(this.consumedBytes, entry.bytesBefore - this.inflightBytes);
      return entry;
    }
    this.replay.clear();
    this.agreeAtHead();
    return 'nothing';
  }

  /** The stored entry at `next`; null: there is none and the gap was skipped; undefined: it must be read. */
  private fromStore(): StoredEntry | null | undefined {
    const found = this.replay.find(this.next);
    if (typeof found !== 'number') return found;
    this.skipGap(Math.min(found, this.end));
    return null;
  }

  /** Nothing is in the store from `next` to `to`: it was let go, or never written because everybody had it. */
  private skipGap(to: number): void {
    if (this.reclaimed !== null) this.skip(Math.min(to, this.reclaimed.upTo), this.reclaimed.reason);
    this.skip(to, null);
  }

  /** Moves `next` over what is done or in flight; false when nothing is left to look at. */
  private advance(): boolean {
    for (;;) {
      if (!this.done.isEmpty) this.next = this.done.nextMissing(this.next);
      if (this.inflightAhead?.delete(this.next)) {
        this.next++;
        if (this.inflightAhead.size === 0) this.inflightAhead = null;
      } else if (!this.skipSuperseded()) {
        return this.next <= this.end;
      }
    }
  }

  /** @returns false when `next` is wanted, or beyond the selection */
  private skipSuperseded(): boolean {
    const { selection, next, consumedBytes } = this;
    if (selection === null || next < selection.from) return false;
    if (next > selection.to) {
      this.selection = null;
      return false;
    }
    const wanted = selection.firstFrom(next);
    if (wanted === next) return false;
    selection.superseded -= this.skipUnwanted(selection, wanted - 1);
    // Their bytes were taken off when they were found to be superseded.
    this.consumedBytes = consumedBytes;
    this.agreeAtHead();
    return true;
  }

  private skipUnwanted(selection: Selection, to: number): number {
    const beyondLimit = this.skip(Math.min(to, this.next + selection.beyondLimit - 1), 'queue-full');
    selection.beyondLimit -= beyondLimit;
    return beyondLimit + this.skip(to, 'superseded');
  }

  /**
   * Of what waits from `from` to `to` only these are wanted, ascending: the session was absent and keeps the newest
   * message of each topic, of which there were `beyondLimit` more. `bytesAtEnd` is the log's running total at `to`.
   */
  select(
    { from, to, bytesAtEnd }: { from: number; to: number; bytesAtEnd: number },
    newest: { sequence: number; bytes: number }[],
    beyondLimit: number,
  ): void {
    const start = Math.max(from, this.next);
    const wanted = newest.filter(
      ({ sequence }) => sequence >= start && sequence <= to && this.isWaiting(sequence),
    );
    const inflight = [...(this.inflightAhead ?? [])].filter((each) => each >= start && each <= to).length;
    const waiting = to - start + 1 - this.done.countWithin(start, to) - inflight;
    this.selection = new Selection(
      start,
      to,
      wanted.map(({ sequence }) => sequence),
      waiting - wanted.length,
      beyondLimit,
    );
    const wantedBytes = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    this.consumedBytes = Math.max(this.consumedBytes, bytesAtEnd - wantedBytes - this.inflightBytes);
  }

  private isWaiting(sequence: number): boolean {
    return !this.done.has(sequence) && !this.inflightAhead?.has(sequence);
  }

  /**
   * The first from `sequence` on that it is not done with and that is not superseded, whether it waits or is in flight;
   * greater than `end`: there is none.
   */
  nextWanted(sequence: number): number {
    const { done, selection, floor } = this;
    let at = Math.max(sequence, floor + 1);
    for (;;) {
      at = done.nextMissing(at);
      const wanted = selection === null || at < selection.from ? at : selection.wantedFrom(at);
      if (wanted === at) return at;
      at = wanted;
    }
  }

  /** How many up to `sequence` it is not done with. */
  undoneUpTo(sequence: number): number {
    return sequence - this.floor - this.done.countWithin(this.floor + 1, sequence);
  }

  /** The session is done with this entry: acknowledged, refused, expired. */
  settle(sequence: number, bytes: number): void {
    this.isDirty = true;
    if (this.next <= sequence) {
      this.inflightAhead?.delete(sequence);
      if (this.next === sequence) this.next++;
    }
    this.consumedBytes += bytes;
    if (sequence === this.floor + 1) this.raiseFloor(sequence);
    else if (sequence > this.floor) this.done.add(sequence);
    this.log.entryAt(sequence)?.acknowledge();
    this.agreeAtHead();
  }

  /**
   * All from `next` to `to` is dropped, or (null) nothing exists there: it is not looked at. Messages in flight stay.
   * The bytes are put right when the next entry is seen.
   * @returns how many were not done before
   */
  skip(to: number, reason: DropReason | null): number {
    if (to < this.next) return 0;
    const dropped = this.drop(this.next, to, reason);
    this.next = to + 1;
    this.agreeAtHead();
    return dropped;
  }

  /** Drops the oldest `count` of what waits; what is in flight stays. @returns how many there were */
  dropOldest(count: number, reason: DropReason): number {
    let dropped = 0;
    while (dropped < count && this.advance()) {
      const to = this.selection === null ? this.next + count - dropped - 1 : this.next;
      dropped += this.skip(Math.min(to, this.end), reason);
    }
    return dropped;
  }

  /** Drops the newest `count` of what waits; what is in flight stays. @returns how many there were */
  dropNewest(count: number, reason: DropReason): number {
    let dropped = 0;
    let to = this.end;
    while (dropped < count && to >= this.next) {
      const from = Math.max(this.next, to - (count - dropped) + 1);
      dropped += this.drop(from, to, reason);
      to = from - 1;
    }
    return dropped;
  }

  /** Everything from `from` to `to` is done, but what is in flight. */
  private drop(from: number, to: number, reason: DropReason | null): number {
    this.isDirty = true;
    const before = this.distance;
    const inflight = [...(this.inflightAhead ?? [])].filter((sequence) => sequence >= from && sequence <= to);
    let start = from;
    for (const sequence of [...inflight.sort((a, b) => a - b), to + 1]) {
      if (start < sequence) this.dropRange(start, sequence - 1, reason);
      start = sequence + 1;
    }
    this.raiseFloor(this.floor);
    return before - this.distance;
  }

  private dropRange(from: number, to: number, reason: DropReason | null): void {
    if (reason !== null) this.owner.dropped(this, reason, { from, to });
    for (let sequence = Math.max(from, this.log.tailStart); sequence <= to; sequence++) {
      const entry = this.done.has(sequence) ? undefined : this.log.entryAt(sequence);
      if (entry === undefined) continue;
      this.consumedBytes += entry.message.size;
      entry.acknowledge();
    }
    this.done.add(from, to);
  }

  /** What it has passed from an entry of its log on, without what is in flight: it is sent again after `moveBack`. */
  passedSince(entry: StoredEntry, inflight: ReadonlySet<number>): { messages: number; bytes: number } {
    this.advance();
    const { sequence } = entry;
    if (sequence >= this.next) return { messages: 0, bytes: 0 };
    const sent = [...inflight].filter((each) => each >= sequence && each < this.next).length;
    const bytes = Math.max(0, this.consumedBytes - this.consumedAt(entry));
    return { messages: this.next - sequence - sent, bytes };
  }

  /**
   * Everything it has passed from this entry on waits again. What is in flight stays so, and what was dropped beyond
   * what it has passed stays dropped. The log must be kept from there on.
   */
  moveBack(entry: StoredEntry, inflight: ReadonlySet<number>): void {
    if (this.passedSince(entry, inflight).messages === 0) return;
    const { sequence } = entry;
    this.consumedBytes = Math.min(this.consumedBytes, this.consumedAt(entry));
    this.done.remove(sequence, this.next - 1);
    this.floor = Math.min(this.floor, sequence - 1);
    for (const each of inflight) if (each >= sequence) (this.inflightAhead ??= new Set()).add(each);
    this.next = sequence;
    this.selection = null;
    this.replay.clear();
    this.isDirty = true;
  }

  /** What is consumed when all from this entry on is not: exactly, where nothing is in flight before it. */
  private consumedAt({ sequence, bytesBefore }: StoredEntry): number {
    return sequence <= this.floor + 1 ? bytesBefore : bytesBefore - this.inflightBytes;
  }

  /** The subscription is gone: what is in flight is still ended, what waits is sent only if it is to be kept. */
  retire(keepsWaiting: boolean): void {
    this.subscription = null;
    this.selection = null;
    if (!keepsWaiting) this.skip(this.log.head, 'unsubscribed');
    this.retireAt = this.log.head;
    this.isDirty = true;
  }

  /** The client subscribes again while messages of its old subscription are in flight: begins at the log's head. */
  revive(subscription: Subscription): void {
    const { head } = this.log;
    // What came meanwhile did not count on this cursor, and must not be acknowledged by it: others may wait for it.
    if (head > this.retireAt!) this.done.add(this.retireAt! + 1, head);
    this.raiseFloor(this.floor);
    this.next = head + 1;
    this.subscription = subscription;
    this.since = head;
    this.retireAt = null;
    this.isDirty = true;
    this.agreeAtHead();
  }

  toRecord(): CursorRecord {
    return {
      sessionId: this.owner.id,
      filterId: this.log.id,
      floor: this.floor,
      done: this.done.toArray(),
      consumedBytes: this.consumedBytes,
      retireAt: this.retireAt,
      limits: this.limits,
    };
  }

  /** To `sequence`, and over what is done behind it; nothing below the floor is sent. */
  private raiseFloor(sequence: number): void {
    this.floor = this.done.absorb(sequence);
    if (this.next <= this.floor) this.next = this.floor + 1;
  }

  /** With nothing waiting, the bytes are known exactly, whatever was skipped without knowing its size. */
  private agreeAtHead(): void {
    const { head, totalBytes } = this.log;
    if (this.floor >= head) this.consumedBytes = totalBytes;
    else if (this.next > head && this.unreadInflight === 0)
      this.consumedBytes = totalBytes - this.inflightBytes;
  }
}
