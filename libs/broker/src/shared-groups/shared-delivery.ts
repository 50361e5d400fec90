import type { QoS } from '@restante/mqtt-codec';
import { drop } from '../sessions/drops.ts';
import type { Message } from '../message.ts';
import type { GroupEntry, SharedGroup } from './shared-group.ts';
import type { Session } from '../sessions/session.ts';
import type { Subscription } from '../sessions/subscription.ts';

/**
 * Gives a shared group's members what waits for the group, one message to one member, in turn, until there is a reason
 * to stop:
 *
 * - no member is online, or all that may have the message are busy: an acknowledgement, a drain or a return goes on;
 * - the next entry is being read from the store: the page goes on;
 * - nothing waits;
 * - `limit` messages were looked at: others are served first.
 *
 * @returns true in the last case only: it must be called again
 */
export function pumpGroup(group: SharedGroup, now: number, limit: number): boolean {
  dropOverflow(group);
  for (let looked = 0; looked < limit; looked++) {
    const entry = group.peek();
    if (entry === 'nothing') return false;
    if (group.isBehind) void group.engine.pages.load(group.cursor!);
    if (entry === 'not-loaded') return false;
    if (!giveToMember(group, entry, now)) return false;
  }
  return true;
}

/** @returns false when every member that may have it is busy, or none is online */
function giveToMember(group: SharedGroup, entry: GroupEntry, now: number): boolean {
  const { message } = entry;
  if (message.isExpired(now)) return dropForAll(group, entry, 'message-expired');
  if (isOverBytes(group)) return dropForAll(group, entry, 'queue-full');
  const chosen = chooseMember(group, message);
  if (chosen === 'busy') return false;
  if (chosen === 'forbidden') return dropForAll(group, entry, 'not-authorized');
  send(group, entry, chosen, now);
  return true;
}

interface Chosen {
  member: Subscription;
  qos: QoS;
}

/** The next member in turn that has room and may have the message, with the QoS that it gets it with. */
function chooseMember(group: SharedGroup, message: Message): Chosen | 'busy' | 'forbidden' {
  let refusal: 'busy' | 'forbidden' = 'forbidden';
  let isSomebodyThere = false;
  for (const { member, take } of group.inTurn()) {
    isSomebodyThere = true;
    const maxQoS = member.session.connection?.maxQoSOf(message.topic);
    if (maxQoS === null) continue;
    if (maxQoS !== undefined && hasRoom(member)) {
      take();
      return { member, qos: Math.min(member.qos, message.qos, maxQoS) as QoS };
    }
    refusal = 'busy';
  }
  return isSomebodyThere ? refusal : 'busy';
}

function hasRoom({ session }: Subscription): boolean {
  const { connection } = session;
  if (connection === null || !connection.isOpen || connection.holds > 0 || connection.isCongested)
    return false;
  if (session.isWindowFull || session.resending.length > 0) return false;
  // What was given to it for good (QoS 2) and not sent yet counts as well.
  return session.queue.length + (session.ownCursor?.depth ?? 0) < connection.sendWindow;
}

function send(group: SharedGroup, entry: GroupEntry, { member, qos }: Chosen, now: number): void {
  const { message } = entry;
  const { session } = member;
  const retain = member.retainAsPublished && message.retain;
  const subscriptionIdentifiers = member.identifier === 0 ? undefined : [member.identifier];
  const positions = [{ cursor: group.cursor!, sequence: entry.sequence }];
  if (qos === 2) {
    giveForGood(group, entry, member, retain);
  } else if (qos === 1) {
    const state = 'publish-qos1' as const;
    // There is a free packet identifier: the window has room.
    const inflight = session.inflight.start({ state, message, positions, retain, subscriptionIdentifiers })!;
    group.take(entry);
    if (session.connection!.sendPublish(inflight, 1, false, now)) return;
    drop(session, 'packet-too-large', message, positions);
    session.inflight.delete(inflight.packetIdentifier);
    group.cursor!.settleInflight(entry.sequence, message.size);
    group.engine.journal.touchGroupLater(group);
  } else {
    const outgoing = { message, retain, subscriptionIdentifiers, packetIdentifier: 0 };
    const isSent = session.connection!.sendPublish(outgoing, 0, false, now);
    if (isSent) session.namespace.receipts.memberHas(group.cursor!, entry.sequence, session, 'sent');
    else drop(session, 'packet-too-large', message, positions);
    group.settle(entry);
  }
}

/** The message becomes the member's own, in the same transaction as the group is done with it. */
function giveForGood(
  group: SharedGroup,
  entry: GroupEntry,
  { session, identifier }: Subscription,
  retain: boolean,
) {
  const { message } = entry;
  const { journal } = group.engine;
  // Its publisher is answered when it is as durable with the member as it was with the group.
  message.wait();
  session.namespace.deliverTo(session, { ...message, qos: 2, retain }, identifier);
  session.namespace.receipts.memberHas(group.cursor!, entry.sequence, session, 'sent');
  group.settle(entry);
  journal.touchGroup(group);
  journal.afterCommit(() => message.settle());
}

function dropForAll(
  group: SharedGroup,
  entry: GroupEntry,
  reason: 'message-expired' | 'queue-full' | 'not-authorized',
): boolean {
  group.drop(reason, entry.sequence, entry.message);
  group.settle(entry);
  return true;
}

function isOverBytes({ cursor, policy }: SharedGroup): boolean {
  return policy.overflow === 'drop-oldest' && cursor!.depthBytes > policy.maxQueuedBytes;
}

/** Brings a queue that has outgrown the policy back to its limit; what members have stays. */
export function dropOverflow(group: SharedGroup): void {
  const { cursor, policy } = group;
  const excess = cursor === null ? 0 : cursor.depth - policy.maxQueuedMessages;
  if (cursor === null || excess <= 0 || policy.overflow === 'reject-publisher') return;
  if (policy.overflow === 'drop-oldest') cursor.dropOldest(excess, 'queue-full');
  else cursor.dropNewest(excess, 'queue-full');
  group.engine.journal.touchGroupLater(group);
}

/** A QoS 0 message for a group: to the next member in turn whose connection takes more; null: there is none. */
export function sendToOneMember(group: SharedGroup, message: Message, now: number): Session | null {
  let isSomebodyBehind = false;
  for (const { member, take } of group.inTurn()) {
    const { session, retainAsPublished, identifier } = member;
    const { connection } = session;
    if (connection === null || connection.maxQoSOf(message.topic) === null) continue;
    if (connection.isStalled) {
      isSomebodyBehind = true;
      continue;
    }
    take();
    const subscriptionIdentifiers = identifier === 0 ? undefined : [identifier];
    const retain = retainAsPublished && message.retain;
    const outgoing = { message, retain, subscriptionIdentifiers, packetIdentifier: 0 };
    if (!connection.sendPublish(outgoing, 0, false, now)) {
      drop(session, 'packet-too-large', message);
      return null;
    }
    return session;
  }
  if (isSomebodyBehind) {
    const { counters, ledger } = group.namespace;
    const { topicFilter } = group;
    counters.drop('slow-consumer');
    ledger.note({
      clientId: null,
      reason: 'slow-consumer',
      topicFilter,
      topic: message.topic,
      bytes: message.size,
    });
  }
  return null;
}
