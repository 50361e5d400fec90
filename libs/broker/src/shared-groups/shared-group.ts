import type { SharedFilter } from '@restante/mqtt-codec';
import { type Cursor, type CursorOwner, SHARED_GROUP } from '../logs/cursor.ts';
import type { DurableFilter } from '../logs/durable-filter.ts';
import type { Engine } from '../engine.ts';
import { type DropReason, isLoss } from '../ledger/drop.ts';
import type { Message } from '../message.ts';
import type { Namespace } from '../namespace.ts';
import { areSameLimits, DEFAULT_POLICY, type Policy, queueLimits } from '../policy.ts';
import { drop } from '../sessions/drops.ts';
import type { Session } from '../sessions/session.ts';
import type { Subscription } from '../sessions/subscription.ts';

/** An entry of the group's log that a member had and did not acknowledge, or that is next for one. */
export interface GroupEntry {
  sequence: number;
  message: Message;
  /** A member had it: the cursor has passed it. */
  wasTaken: boolean;
}

/**
 * A shared subscription (MQTT 5.0 section 4.8.2): sessions that share the messages of one filter. The queue belongs to
 * the group: one log, one cursor, whoever of the members is online takes the next message, and what a member has not
 * acknowledged when it leaves goes to another.
 *
 * QoS 1 messages are in flight at a member and belong to the group until acknowledged. QoS 2 messages become the
 * member's own when it is chosen: they may go to nobody else then [MQTT-4.8.2-4], [MQTT-4.8.2-5].
 */
export class SharedGroup implements CursorOwner {
  readonly id = SHARED_GROUP;
  readonly topicFilter: string;
  /** Members with QoS > 0, absent ones included: with none, nothing is queued. */
  followerCount = 0;
  /** null: no member subscribes with QoS > 0, nothing is queued. */
  cursor: Cursor | null = null;
  isAwake = false;

  /** Subscriptions of the members that are online. */
  private readonly members: Subscription[] = [];
  private nextMember = 0;
  /** What members had when they left, ascending by sequence. At most what fits in the windows of all members. */
  private readonly returned: GroupEntry[] = [];
  /** Of the member that came last: its limits bound the queue. */
  policy: Policy = DEFAULT_POLICY;

  constructor(
    readonly namespace: Namespace,
    readonly share: SharedFilter,
  ) {
    this.topicFilter = `$share/${share.shareName}/${share.topicFilter}`;
  }

  get engine(): Engine {
    return this.namespace.engine;
  }

  get log(): DurableFilter | null {
    return this.cursor?.log ?? null;
  }

  get isAnyoneOnline(): boolean {
    return this.members.length > 0;
  }

  wake(): void {
    if (this.members.length > 0) this.engine.turn.wakeGroup(this);
  }

  dropped(cursor: Cursor, reason: DropReason, range: { from: number; to: number }): void {
    const { counters, ledger, receipts } = this.namespace;
    const messages = ledger.droppedRange(null, reason, cursor, range);
    if (!receipts.isEmpty) receipts.droppedRange(cursor, null, reason, range.from, range.to);
    if (isLoss(reason)) counters.drop(reason, messages);
  }

  // ---------------------------------------------------------------- members

  /** The queue is no more, with all that waits. @returns where it stood */
  dropQueue(): Cursor | null {
    const { cursor } = this;
    this.namespace.guards.forget(this);
    if (cursor !== null) this.dropWaiting(cursor);
    this.cursor = null;
    this.returned.length = 0;
    return cursor;
  }

  /** A message in the group's log goes to no member. */
  drop(reason: DropReason, sequence: number, message: Message): void {
    const { counters, ledger, receipts } = this.namespace;
    if (isLoss(reason)) counters.drop(reason);
    ledger.dropped(null, reason, this.cursor!, message);
    if (!receipts.isEmpty) receipts.droppedRange(this.cursor!, null, reason, sequence, sequence);
  }

  /** What members have is theirs to acknowledge. */
  private dropWaiting(cursor: Cursor): void {
    for (const { sequence, message } of this.returned) this.drop('group-ended', sequence, message);
    cursor.skip(cursor.end, 'group-ended');
  }

  /** A member is online, or has changed its options. */
  admit(subscription: Subscription): void {
    if (!this.members.includes(subscription)) this.members.push(subscription);
    this.policy = subscription.session.policy;
    subscription.session.groups.add(this);
    this.attend();
    this.wake();
  }

  /** The cursor is in use, under the policy in force. */
  attend(): void {
    const { cursor, policy } = this;
    if (cursor === null) return;
    cursor.log.attach(cursor);
    if (cursor.limits !== null && areSameLimits(cursor.limits, policy)) return;
    cursor.limits = queueLimits(policy);
    cursor.isDirty = true;
    this.engine.journal.touchGroup(this);
    this.namespace.guards.watchGroup(this);
  }

  /** A member goes offline or unsubscribes; what it had is given back apart from this. */
  dismiss(subscription: Subscription): void {
    const index = this.members.indexOf(subscription);
    if (index === -1) return;
    this.members.splice(index, 1);
    subscription.session.groups.delete(this);
    if (this.members.length === 0 && this.cursor !== null) this.rest(this.cursor);
  }

  /** Nobody is online: what was returned is read again from the store when somebody comes. */
  private rest(cursor: Cursor): void {
    this.returned.length = 0;
    cursor.rewind();
    cursor.log.detach(cursor);
    cursor.log.trim();
  }

  /**
   * Members that are online, each once, beginning with the one whose turn it is; calling `take` gives the turn to the
   * next one.
   */
  *inTurn(): Generator<{ member: Subscription; take: () => void }> {
    const { members } = this;
    const start = this.nextMember;
    for (let step = 0; step < members.length; step++) {
      const index = (start + step) % members.length;
      yield { member: members[index], take: () => (this.nextMember = index + 1) };
    }
  }

  // ---------------------------------------------------------------- queue

  /** The next entry for a member: what came back goes first. */
  peek(): GroupEntry | 'nothing' | 'not-loaded' {
    const returned = this.returned[0];
    if (returned !== undefined) return returned;
    if (this.cursor === null) return 'nothing';
    const entry = this.cursor.peek();
    if (typeof entry === 'string') return entry;
    return { sequence: entry.sequence, message: entry.message, wasTaken: false };
  }

  /** What comes next is not in memory by itself. */
  get isBehind(): boolean {
    return this.cursor !== null && this.cursor.next < this.cursor.log.tailStart;
  }

  /** The entry that was peeked is in flight at a member. */
  take({ sequence, message, wasTaken }: GroupEntry): void {
    if (wasTaken) this.returned.shift();
    else this.cursor!.startInflight(sequence, message.size);
  }

  /** The entry that was peeked is done with, without a member's answer. */
  settle({ sequence, message, wasTaken }: GroupEntry): void {
    const cursor = this.cursor!;
    if (wasTaken) {
      this.returned.shift();
      cursor.settleInflight(sequence, message.size);
    } else {
      cursor.settle(sequence, message.size);
    }
    this.engine.journal.touchGroupLater(this);
  }

  /** What a member had in flight when it left goes to another. */
  giveBack(sequence: number, message: Message): void {
    // With nobody online, or since somebody is again, the cursor comes to it by itself.
    if (this.members.length === 0 || sequence >= this.cursor!.next) return;
    const { returned } = this;
    let at = returned.length;
    while (at > 0 && returned[at - 1].sequence > sequence) at--;
    returned.splice(at, 0, { sequence, message, wasTaken: true });
    this.wake();
  }
}

/** Takes from a session that leaves what its shared groups lent it. */
export function giveBackToGroups(session: Session): void {
  for (const inflight of session.inflight.values()) {
    const [position] = inflight.positions;
    const group = position?.cursor.owner;
    if (!(group instanceof SharedGroup)) continue;
    session.inflight.delete(inflight.packetIdentifier);
    if (group.cursor === position.cursor) group.giveBack(position.sequence, inflight.message!);
    // Of a group that ended, what was undelivered is deleted.
    else drop(session, 'group-ended', inflight.message, inflight.positions);
  }
}
