import type { DeadLetterRecord } from '../dead-letters/dead-letter.ts';
import type { Cursor } from '../logs/cursor.ts';
import type { DurableFilter, Entry } from '../logs/durable-filter.ts';
import { StoreFencedError, StoreUnavailableError } from '../errors.ts';
import { CommitFigures } from '../figures/commit-figures.ts';
import type { EngineFigures } from '../figures/engine-figures.ts';
import { CHECKPOINT_MS, MAX_UNCOMMITTED_BYTES, RETRY_MAX_MS, RETRY_MIN_MS } from '../limits.ts';
import { Gathering, isEmpty } from './gathering.ts';
import type { DropRecord } from '../ledger/drop.ts';
import { Tallies } from '../ledger/tallies.ts';
import { Linger } from './linger.ts';
import type { Message } from '../message.ts';
import type { Batch, Logger, NextIdentifiers, Store } from '../ports.ts';
import type { ReceiptOutcome, ReceiptRecord } from '../receipts/receipt.ts';
import type { Session } from '../sessions/session.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { Subscription } from '../sessions/subscription.ts';

/**
 * The way of every change to the store: group commit without a fixed delay. While one batch is being committed the
 * next one gathers; a batch is one transaction; what waits for it is told when it is durable and not before. A batch
 * of nothing but messages whose subscribers are all online is given a moment: what they acknowledge is never written.
 *
 * When the database is away the same batch is tried again until it is there, and nothing is answered meanwhile.
 */
export class Journal {
  private gathering = new Gathering();
  private entries: Entry[] = [];
  private isCommitting = false;
  private isScheduled = false;
  /** Something waits that no acknowledgement can make needless. */
  private isDue = false;
  private readonly linger = new Linger(() => this.lookAgain());
  /** It writes nothing any more, and nobody need wait for it. */
  isClosed = false;
  private checkpointTimer: NodeJS.Timeout | null = null;
  private batchNumber = 1;
  private uncommittedBytes = 0;
  /** Log entries in the batch that is being committed. */
  private committing = 0;
  readonly figures = new CommitFigures();
  private readonly idleWaiters: (() => void)[] = [];
  private readonly roomWaiters: (() => void)[] = [];

  /** Why the last try failed; null: it did not. */
  fault: Error | null = null;
  /** The first identifiers not given out. */
  private next: NextIdentifiers = { sessionId: 1, filterId: 1, order: 1 };

  constructor(
    private readonly store: Store,
    private readonly log: Logger,
    /** Told when this server may not write any more; nothing is committed after it. */
    private readonly onFatal: (error: Error) => void,
  ) {}

  resumeAt(batchNumber: number, next: NextIdentifiers): void {
    this.batchNumber = batchNumber;
    this.next = { ...next };
  }

  nextSessionId(): number {
    return this.next.sessionId++;
  }

  nextFilterId(): number {
    return this.next.filterId++;
  }

  /** The next position in the order of accepted messages. */
  nextOrder(): number {
    return this.next.order++;
  }

  /** So much waits to be committed that publishers must wait too; `whenRoom` tells when that is over. */
  get isFull(): boolean {
    return this.uncommittedBytes > MAX_UNCOMMITTED_BYTES;
  }

  /** What waits to be durable. */
  get backlog(): EngineFigures['backlog'] {
    const messages = this.committing + this.entries.length + this.gathering.retainedMessages.length;
    return { messages, bytes: this.uncommittedBytes, maxBytes: MAX_UNCOMMITTED_BYTES };
  }

  whenRoom(callback: () => void): void {
    this.roomWaiters.push(callback);
  }

  /** Appends a message to a filter's log. */
  append(filter: DurableFilter, message: Message): Entry {
    const entry = filter.append(message);
    this.entries.push(entry);
    this.uncommittedBytes += message.size;
    if (mayBeCancelled(filter) && this.linger.isWorthwhile) this.lingerUnlessDue();
    else this.schedule();
    return entry;
  }

  /** A topic's retained message; null removes it. The publisher's answer waits for it. */
  retain(tenantId: number, topic: string, message: Message | null, publication: Message): void {
    this.gathering.retained.set(`${tenantId} ${topic}`, { tenantId, topic, message });
    publication.wait();
    this.uncommittedBytes += publication.size;
    this.gathering.retainedMessages.push(publication);
    this.schedule();
  }

  /** A retained message has expired, or was deleted by hand. */
  forgetRetained(tenantId: number, topic: string): void {
    this.gathering.retained.set(`${tenantId} ${topic}`, { tenantId, topic, message: null });
    this.schedule();
  }

  /** A message of the outbox was appended wherever it has to be: it leaves the outbox with the same batch. */
  takeFromOutbox(id: number): void {
    this.gathering.takenFromOutbox.push(id);
    this.schedule();
  }

  /** A message was dropped from a log, whose cursor is written with the same batch. */
  addDrop(drop: DropRecord): void {
    (this.gathering.drops ??= new Tallies()).add(drop);
  }

  /** What was counted apart from any queue. */
  putDrops(drops: DropRecord[]): void {
    for (const drop of drops) this.addDrop(drop);
    this.schedule();
  }

  /** A message with a receipt: in the batch of its entries. */
  putReceipt(receipt: ReceiptRecord): void {
    this.gathering.receipts.push(receipt);
    this.schedule();
  }

  deleteReceipt(tenantId: number, id: number): void {
    this.gathering.deletedReceipts.push({ tenantId, id });
    this.scheduleCheckpoint();
  }

  /** What became of such a message, in the batch of the cursor that shows it. */
  addOutcome(outcome: ReceiptOutcome): void {
    this.gathering.addOutcome(outcome);
    this.scheduleCheckpoint();
  }

  /** A copy of a message that is dropped, in the batch of the cursor. */
  addDeadLetter(letter: DeadLetterRecord): void {
    this.gathering.deadLetters.push(letter);
  }

  deleteDeadLetter(tenantId: number, id: number): void {
    this.gathering.deletedDeadLetters.push({ tenantId, id });
    this.schedule();
  }

  /** The session's own row. */
  putSession(session: Session): void {
    this.gathering.sessions.add(session);
    this.schedule();
  }

  /** Ends a session in the store, with all that belongs to it. */
  deleteSession(session: Session): void {
    this.gathering.sessions.delete(session);
    this.gathering.dirty.delete(session);
    for (const [key, change] of this.gathering.subscriptions) {
      if (change.session === session) this.gathering.subscriptions.delete(key);
    }
    this.gathering.deletedSessions.set(session.id, session);
    this.schedule();
  }

  /** In-flight window, received identifiers and cursors have changed, and something waits for that to be durable. */
  touch(session: Session): void {
    this.markDirty(session);
    this.schedule();
  }

  /** The same, when losing the change costs no more than a redelivery: it is written within a short time. */
  touchLater(session: Session): void {
    if (this.markDirty(session)) this.scheduleCheckpoint();
  }

  /** A shared group's cursor has moved, and something waits for that to be durable. */
  touchGroup(group: SharedGroup): void {
    this.gathering.groups.add(group);
    this.schedule();
  }

  /** The same, when losing the change costs no more than a redelivery. */
  touchGroupLater(group: SharedGroup): void {
    this.gathering.groups.add(group);
    this.scheduleCheckpoint();
  }

  private scheduleCheckpoint(): void {
    this.checkpointTimer ??= setTimeout(() => {
      this.checkpointTimer = null;
      this.schedule();
    }, CHECKPOINT_MS);
  }

  putFilter(filter: DurableFilter): void {
    this.gathering.filters.set(filter.id, filter);
    this.schedule();
  }

  /** From `newestFrom` on the store is to know the newest message of each topic in the filter's log. */
  askForNewest(filter: DurableFilter): void {
    this.gathering.askedFilters.add(filter);
    this.schedule();
  }

  /** From `keptFrom` on entries of the filter's log are kept behind every cursor, or from now on none. */
  putKeptFrom(filter: DurableFilter): void {
    this.gathering.keptFilters.add(filter);
    this.schedule();
  }

  /** Nobody follows the filter any more: its entries need not be written, and those that were are reclaimed. */
  deleteFilter(filter: DurableFilter): void {
    filter.isDeleted = true;
    this.gathering.askedFilters.delete(filter);
    this.gathering.keptFilters.delete(filter);
    if (this.gathering.filters.delete(filter.id)) return;
    this.gathering.deletedFilters.add(filter);
    this.schedule();
  }

  putSubscription(session: Session, subscription: Subscription): void {
    const { topicFilter } = subscription;
    this.gathering.subscriptions.set(`${session.id} ${topicFilter}`, { session, topicFilter, subscription });
    this.touch(session);
  }

  deleteSubscription(session: Session, topicFilter: string): void {
    this.gathering.subscriptions.set(`${session.id} ${topicFilter}`, {
      session,
      topicFilter,
      subscription: null,
    });
    this.touch(session);
  }

  deleteCursor(cursor: Cursor): void {
    this.gathering.deletedCursors.set(`${cursor.owner.id} ${cursor.log.id}`, cursor);
    this.schedule();
  }

  /** Calls back once everything asked for until now is durable. */
  afterCommit(callback: () => void): void {
    this.gathering.callbacks.push(callback);
    this.schedule();
  }

  /** Resolves once everything asked for until now is durable. */
  committed(): Promise<void> {
    return new Promise((resolve) => this.afterCommit(resolve));
  }

  /** Resolves when nothing waits to be written. */
  async whenIdle(): Promise<void> {
    if (!this.isCommitting && !this.hasWork) return;
    await new Promise<void>((resolve) => {
      this.idleWaiters.push(resolve);
      this.schedule();
    });
  }

  /** Writes nothing any more, whatever waits. */
  close(): void {
    this.isClosed = true;
    this.linger.stop();
    if (this.checkpointTimer !== null) clearTimeout(this.checkpointTimer);
  }

  private markDirty(session: Session): boolean {
    if (!session.isDurable || session.isEnded) return false;
    session.isDirty = true;
    this.gathering.dirty.add(session);
    return true;
  }

  private get hasWork(): boolean {
    return this.entries.length > 0 || !this.gathering.isEmpty;
  }

  /** What was appended may be acknowledged by all before it is worth a commit. */
  private lingerUnlessDue(): void {
    if (!this.isDue && !this.isCommitting && !this.isClosed) this.linger.start(this.entries.length);
  }

  private lookAgain(): void {
    if (this.isDue || this.isCommitting) return;
    const isInVain = this.entries.slice(0, this.linger.seen).some(({ state }) => state === 'pending');
    this.entries = this.dropCancelled();
    if (isInVain) this.schedule();
    this.linger.end(isInVain, this.entries.length);
  }

  private schedule(): void {
    this.isDue = true;
    if (this.isScheduled || this.isCommitting || this.isClosed) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      void this.commitUntilIdle();
    });
  }

  private async commitUntilIdle(): Promise<void> {
    if (this.isCommitting || this.isClosed) return;
    this.isCommitting = true;
    try {
      while ((this.isDue || this.idleWaiters.length > 0) && this.hasWork && !this.isClosed) {
        await this.commitOne();
        // One turn of the event loop: what arrived during the commit joins the next batch.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      this.close();
      this.onFatal(error as Error);
      return;
    } finally {
      this.isCommitting = false;
    }
    // A checkpoint may have found that there was nothing to write.
    this.isDue = false;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
    if (this.entries.length > 0) this.lingerUnlessDue();
  }

  private async commitOne(): Promise<void> {
    const gathered = this.gathering;
    this.gathering = new Gathering();
    this.isDue = false;
    this.linger.stop();
    const entries = this.takeEntries();
    const batch = gathered.toBatch({ ...this.next }, entries);
    if (!isEmpty(batch)) {
      batch.number = this.batchNumber++;
      this.committing = entries.length;
      this.figures.begin();
      await this.commitWithRetry(batch);
      if (this.isClosed) return;
      this.figures.end(entries.length);
      this.committing = 0;
    }
    this.settle(gathered, entries);
  }

  /** The entries of the next batch; cancelled ones, and those that nobody can read any more, are left out. */
  private takeEntries(): Entry[] {
    const taken = this.dropCancelled();
    for (const entry of taken) entry.state = 'committing';
    this.entries = [];
    return taken;
  }

  private dropCancelled(): Entry[] {
    const left: Entry[] = [];
    const cancelled = new Set<DurableFilter>();
    const { length } = this.entries;
    for (const entry of this.entries) {
      if (entry.filter.isDeleted) entry.cancel();
      if (entry.state === 'pending') {
        left.push(entry);
        continue;
      }
      this.uncommittedBytes -= entry.message.size;
      cancelled.add(entry.filter);
    }
    this.figures.cancelled += length - left.length;
    for (const filter of cancelled) filter.trim();
    this.tellRoom();
    return left;
  }

  private tellRoom(): void {
    if (!this.isFull) for (const callback of this.roomWaiters.splice(0)) callback();
  }

  private async commitWithRetry(batch: Batch): Promise<void> {
    for (let pause = RETRY_MIN_MS; ; pause = Math.min(pause * 2, RETRY_MAX_MS)) {
      try {
        await this.store.commit(batch);
        if (this.fault !== null) this.log.info({ batch: batch.number }, 'The database is back');
        this.fault = null;
        return;
      } catch (error) {
        this.figures.failures++;
        if (!(error instanceof StoreUnavailableError) || error instanceof StoreFencedError) throw error;
        if (this.fault === null) {
          this.log.error(
            { batch: batch.number, error: error.message },
            'The database is away: publishers wait',
          );
        }
        this.fault = error;
        await new Promise<void>((resolve) => setTimeout(resolve, pause));
        if (this.isClosed) return;
      }
    }
  }

  private settle(gathered: Gathering, entries: Entry[]): void {
    const filters = new Set<DurableFilter>();
    for (const entry of entries) {
      this.uncommittedBytes -= entry.message.size;
      filters.add(entry.filter);
      entry.markStored();
    }
    for (const filter of filters) filter.trim();
    for (const message of gathered.retainedMessages) {
      this.uncommittedBytes -= message.size;
      message.settle();
    }
    for (const callback of gathered.callbacks) callback();
    for (const session of gathered.dirty) session.namespace.forgetIfStored(session);
    for (const session of gathered.sessions) session.namespace.forgetIfStored(session);
    this.tellRoom();
  }
}

/** Whoever follows the filter may acknowledge what was appended to it before long, and then nobody needs it. */
function mayBeCancelled({ cursors, followerCount, keptFrom }: DurableFilter): boolean {
  return keptFrom === null && cursors.size >= followerCount;
}
