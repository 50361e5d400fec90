import { Cursor } from './cursor.ts';
import { DurableFilter } from './durable-filter.ts';
import type { Journal } from '../journal/journal.ts';
import type { CursorRecord, RecoveredFilter } from '../ports.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { Session } from '../sessions/session.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { Subscription } from '../sessions/subscription.ts';
import type { SubscriptionTree } from '../routing/subscription-tree.ts';

/** The logs of one tenant, and who stands where in them: of durable filters, of sessions alone, of shared groups. */
export class Logs {
  /** By their identifier in the store. */
  private readonly logs = new Map<number, DurableFilter>();

  constructor(
    private readonly tenantId: number,
    private readonly tree: SubscriptionTree,
    private readonly journal: Journal,
    private readonly receipts: Receipts,
  ) {}

  ids(): IterableIterator<number> {
    return this.logs.keys();
  }

  get(id: number): DurableFilter | undefined {
    return this.logs.get(id);
  }

  /** A log found in the store at start. */
  recover(record: RecoveredFilter): DurableFilter {
    const log = new DurableFilter(record);
    this.logs.set(log.id, log);
    return log;
  }

  /** Gives a subscription with QoS > 0 its cursor, and takes it from one whose QoS became 0. */
  follow(subscription: Subscription): void {
    if (subscription.qos > 0 && subscription.cursor === null) this.attach(subscription);
    else if (subscription.qos === 0 && subscription.cursor !== null) this.retire(subscription, true);
  }

  private attach(subscription: Subscription): void {
    const { session, topicFilter } = subscription;
    const node = this.tree.ensure(topicFilter);
    node.log ??= this.create(topicFilter);
    const { log } = node;
    const retired = session.cursors.get(log.id);
    if (retired !== undefined) {
      retired.revive(subscription);
      subscription.cursor = retired;
    } else {
      subscription.cursor = this.addCursor(session, log, subscription);
      log.cursorCount++;
    }
    log.followerCount++;
    subscription.since = log.head;
    this.keepPast(session, [subscription.cursor]);
  }

  private addCursor(session: Session, log: DurableFilter, subscription: Subscription | null): Cursor {
    const cursor = new Cursor(session, log, subscription);
    cursor.isDirty = true;
    session.cursors.set(log.id, cursor);
    log.attach(cursor);
    return cursor;
  }

  private create(topicFilter: string | null): DurableFilter {
    const log = new DurableFilter({ id: this.journal.nextFilterId(), tenantId: this.tenantId, topicFilter });
    this.logs.set(log.id, log);
    this.journal.putFilter(log);
    return log;
  }

  /**
   * No new messages; what is in flight is completed [MQTT-3.10.4-2], [MQTT-3.10.4-3]. What waits is kept when the
   * subscription goes on without a queue [MQTT-3.8.4-4].
   */
  retire(subscription: Subscription, keepsWaiting = false): void {
    const cursor = subscription.cursor!;
    subscription.cursor = null;
    cursor.retire(keepsWaiting);
    if (!this.receipts.isEmpty) this.receipts.cursorEnds(subscription.session, cursor);
    cursor.log.followerCount--;
    this.journal.touch(subscription.session);
    if (cursor.isFinished) this.finish(subscription.session, cursor);
  }

  /** Forgets a retired cursor that has reached its end, and its log with the last cursor. */
  finish(session: Session, cursor: Cursor): void {
    if (!this.receipts.isEmpty) this.receipts.cursorEnds(session, cursor);
    session.cursors.delete(cursor.log.id);
    this.journal.deleteCursor(cursor);
    this.release(cursor);
  }

  /** A session ends: its cursors go with it. */
  releaseAll(session: Session): void {
    for (const cursor of session.cursors.values()) {
      if (cursor.retireAt === null) cursor.log.followerCount--;
      this.release(cursor);
    }
  }

  private release(cursor: Cursor): void {
    const { log } = cursor;
    log.detach(cursor);
    if (--log.cursorCount > 0) {
      log.trim();
      return;
    }
    this.delete(log);
    const node = log.topicFilter === null ? undefined : this.tree.get(log.topicFilter);
    if (node?.log === log) {
      node.log = null;
      this.tree.removeIfEmpty(node);
    }
  }

  private delete(log: DurableFilter): void {
    this.logs.delete(log.id);
    this.journal.deleteFilter(log);
  }

  /** The log of one session alone, made at first use. */
  own(session: Session): DurableFilter {
    if (session.ownCursor === null) {
      const log = this.create(null);
      session.ownCursor = this.addCursor(session, log, null);
      log.cursorCount++;
      log.followerCount++;
    }
    return session.ownCursor.log;
  }

  /** From now on the store knows the newest message of each topic in the logs that the session follows. */
  askForNewest(session: Session): void {
    for (const { log, retireAt } of session.cursors.values()) {
      if (log.newestFrom !== null || log.topicFilter === null || retireAt !== null) continue;
      log.newestFrom = log.head + 1;
      this.journal.askForNewest(log);
    }
  }

  /**
   * As the session's policy has it, what is appended from now on to the logs that it follows is kept when every cursor
   * has passed it, or need not be: unless others follow them too, who may want it.
   */
  keepPast(session: Session, cursors: Iterable<Cursor> = session.cursors.values()): void {
    const isWanted = session.policy.retentionSeconds > 0;
    for (const { log, retireAt } of cursors) {
      if (log.topicFilter === null || retireAt !== null || (log.keptFrom !== null) === isWanted) continue;
      if (!isWanted && log.cursorCount > 1) continue;
      log.keptFrom = isWanted ? log.head + 1 : null;
      this.journal.putKeptFrom(log);
    }
  }

  // ---------------------------------------------------------------- shared groups

  /** Gives a shared group its log, which it alone follows: a new one, or the one found at start with its cursor. */
  open(group: SharedGroup, found?: { log: DurableFilter; cursor: CursorRecord }): void {
    const log = found?.log ?? this.create(group.topicFilter);
    group.cursor = new Cursor(group, log, null, found?.cursor);
    group.cursor.isDirty = found === undefined;
    log.cursorCount = 1;
    log.followerCount = 1;
    if (found === undefined) this.journal.touchGroup(group);
    this.tree.get(group.share.topicFilter)?.changed();
  }

  /** The group has no members any more: what waits for it is deleted (section 4.8.2). */
  close(group: SharedGroup): void {
    const cursor = group.dropQueue();
    if (cursor === null) return;
    cursor.log.detach(cursor);
    this.journal.deleteCursor(cursor);
    this.delete(cursor.log);
    this.tree.get(group.share.topicFilter)?.changed();
  }
}
