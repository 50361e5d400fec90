import { matches, type QoS } from '@restante/mqtt-codec';
import type { Connection } from './connection/connection.ts';
import type { DropReason } from './ledger/drop.ts';
import { drop, dropRange } from './sessions/drops.ts';
import type { InflightMessage, LogPosition } from './sessions/inflight.ts';
import type { Message } from './message.ts';
import type { StoredEntry } from './ports.ts';
import type { Session } from './sessions/session.ts';
import { settleInflight, settleUnsent } from './sessions/settling.ts';
import { startRescue } from './dead-letters/rescue.ts';
import type { Subscription } from './sessions/subscription.ts';
import type { Delivery } from './sessions/transient-queue.ts';

/** A message chosen to be sent next, with every place in the session's logs where it lies. */
interface Candidate {
  message: Message;
  positions: LogPosition[];
}

/**
 * Sends a session what waits for it, in order, until there is a reason to stop:
 *
 * - it is offline, or a CONNACK, SUBACK or resend must go first (`holds`);
 * - its window is full: an acknowledgement goes on;
 * - its socket is congested: the drain goes on;
 * - the next entry is being read from the store: the page goes on;
 * - nothing waits;
 * - `limit` messages were looked at: others are served first.
 *
 * @returns true in the last case only: it must be called again
 */
export function pump(session: Session, now: number, limit: number): boolean {
  const { connection } = session;
  if (connection === null || session.isEnded) return false;
  dropOverflow(session);
  for (let looked = 0; looked < limit; looked++) {
    if (connection.holds > 0 || !connection.isOpen || connection.isCongested) return false;
    if (session.feeds.length > 0 && sendFromFeed(session, connection, now)) continue;
    if (session.isWindowFull) return false;
    if (!sendNext(session, connection, now)) return false;
  }
  return true;
}

/** @returns false when the feeds were at their end */
function sendFromFeed(session: Session, connection: Connection, now: number): boolean {
  const { done, value } = session.feeds[0].next();
  if (done) session.feeds.shift();
  else if (!connection.sendPublish(value, 0, false, now)) drop(session, 'packet-too-large', value.message);
  return !done || session.feeds.length > 0;
}

/** What was in flight goes before anything new. @returns false when nothing could be sent */
function sendNext(session: Session, connection: Connection, now: number): boolean {
  if (session.resending.length > 0) return sendAgain(session, connection, now);
  return session.isDurable ? sendFromLogs(session, connection, now) : sendFromQueue(session, connection, now);
}

function sendFromQueue(session: Session, connection: Connection, now: number): boolean {
  const delivery = session.queue.shift();
  if (delivery === undefined) return false;
  // It was allowed when it was queued.
  const maxQoS = connection.maxQoSOf(delivery.message.topic);
  if (maxQoS === null) drop(session, 'not-authorized', delivery.message);
  else sendTransient(session, connection, { ...delivery, qos: Math.min(delivery.qos, maxQoS) as QoS }, now);
  connection.queueShrank();
  return true;
}

/** Nothing waits for the session that would have to go first, and the client takes more. */
export function mayBeSentAtOnce(session: Session, connection: Connection): boolean {
  if (session.queue.length > 0 || session.isWindowFull) return false;
  if (connection.holds > 0 || !connection.isOpen || connection.isCongested) return false;
  return session.feeds.length === 0 && session.resending.length === 0;
}

/** Sends a session that ends with its connection what waited in memory, or could have; the window must have room. */
export function sendTransient(
  session: Session,
  connection: Connection,
  { message, qos, retain, subscriptionIdentifiers }: Delivery,
  now: number,
): void {
  if (message.isExpired(now)) {
    drop(session, 'message-expired', message);
    return;
  }
  if (qos === 0) {
    const outgoing = { message, retain, subscriptionIdentifiers, packetIdentifier: 0 };
    if (!connection.sendPublish(outgoing, 0, false, now)) drop(session, 'packet-too-large', message);
    return;
  }
  const state = qos === 1 ? 'publish-qos1' : 'publish-qos2';
  // There is a free packet identifier: the window is smaller than what there is of them.
  const inflight = session.inflight.start({
    state,
    message,
    positions: [],
    retain,
    subscriptionIdentifiers,
  })!;
  if (connection.sendPublish(inflight, qos, false, now)) return;
  session.inflight.delete(inflight.packetIdentifier);
  drop(session, 'packet-too-large', message);
}

function sendFromLogs(session: Session, connection: Connection, now: number): boolean {
  const candidate = nextCandidate(session);
  if (candidate === undefined) return false;
  const { message, positions } = candidate;
  const { journal } = session.namespace.engine;

  const how = deliveryOptions(session, positions, message);
  const maxQoS = connection.maxQoSOf(message.topic);
  const obstacle = how === null ? null : reasonNotToSend(session, message, maxQoS, now);
  if (how === null || maxQoS === null || obstacle !== null) {
    if (obstacle !== null) drop(session, obstacle, message, positions);
    settleUnsent(session, candidate.message, candidate.positions);
    journal.touchLater(session);
    return true;
  }

  how.qos = Math.min(how.qos, maxQoS) as QoS;
  if (how.qos === 0) {
    if (!session.namespace.receipts.isEmpty)
      session.namespace.receipts.sentUnacknowledged(session, positions);
    settleUnsent(session, candidate.message, candidate.positions);
    journal.touchLater(session);
    connection.sendPublish({ ...how, packetIdentifier: 0, message }, 0, false, now);
    return true;
  }
  const state = how.qos === 1 ? 'publish-qos1' : 'publish-qos2';
  const inflight = session.inflight.start({ state, message, positions, ...how });
  if (inflight === undefined) return false;
  for (const { cursor, sequence } of positions) cursor.startInflight(sequence, message.size);
  if (how.qos === 1) {
    journal.touchLater(session);
    if (!connection.sendPublish(inflight, 1, false, now)) dropTooLarge(session, inflight);
  } else {
    // The packet identifier must be durable before the client sees it: otherwise a crash in between would make
    // the same message come again under another one, and the client could not know it for a repetition.
    journal.touch(session);
    journal.afterCommit(() => {
      if (session.connection !== connection || inflight.state !== 'publish-qos2') return;
      // What was sent meanwhile was sent before it: that is the order in which all of it is sent again.
      if (session.inflight.moveToEnd(inflight)) journal.touchLater(session);
      if (connection.sendPublish(inflight, 2, false, now)) return;
      dropTooLarge(session, inflight);
      journal.touchLater(session);
      session.wake();
    });
  }
  return true;
}

/** The message accepted first among those at the session's cursors; copies of it under several filters are one. */
function nextCandidate(session: Session): Candidate | undefined {
  let first: StoredEntry | undefined;
  let positions: LogPosition[] = [];
  for (const cursor of session.cursors.values()) {
    if (cursor.next > cursor.end) continue;
    const entry = cursor.peek();
    if (entry === 'nothing') continue;
    if (cursor.next < cursor.log.tailStart) void session.namespace.engine.pages.load(cursor);
    if (entry === 'not-loaded') return undefined;
    if (first === undefined || entry.message.order < first.message.order) {
      first = entry;
      positions = [{ cursor, sequence: entry.sequence }];
    } else if (entry.message.order === first.message.order) {
      positions.push({ cursor, sequence: entry.sequence });
    }
  }
  return first === undefined ? undefined : { message: first.message, positions };
}

function reasonNotToSend(session: Session, message: Message, maxQoS: QoS | null, now: number) {
  if (message.isExpired(now)) return 'message-expired' as const;
  if (session.policy.overflow === 'drop-oldest' && session.queuedBytes > session.policy.maxQueuedBytes) {
    return 'queue-full' as const;
  }
  return maxQoS === null ? ('not-authorized' as const) : null;
}

/**
 * How the session's subscriptions that match, taken together, want the message [MQTT-3.3.4-2], [MQTT-3.3.4-3].
 * null: it is the session's own, and none of them wants those [MQTT-3.8.3-3].
 */
function deliveryOptions(session: Session, positions: LogPosition[], message: Message): Options | null {
  const isOwn = message.publisherSessionId === session.id;
  const options: Options = { qos: 0, retain: false, subscriptionIdentifiers: undefined };
  let isWanted = false;
  for (const { cursor } of positions) {
    const { subscription } = cursor;
    if (isOwn && subscription?.noLocal) continue;
    isWanted = true;
    if (subscription !== null) merge(options, subscription, message);
    else if (cursor.log.topicFilter === null) mergeOwnCopy(options, message);
  }
  for (const subscription of session.unqueuedSubscriptions) {
    const isCopy = positions[0].cursor.log.topicFilter === null;
    if (isCopy || (isOwn && subscription.noLocal) || !matches(subscription.topicFilter, message.topic))
      continue;
    isWanted = true;
    merge(options, subscription, message);
  }
  return isWanted ? options : null;
}

interface Options {
  qos: QoS;
  retain: boolean;
  subscriptionIdentifiers: number[] | undefined;
}

function merge(options: Options, subscription: Subscription, message: Message): void {
  options.qos = Math.max(options.qos, Math.min(subscription.qos, message.qos)) as QoS;
  options.retain ||= message.retain && subscription.retainAsPublished;
  if (subscription.identifier !== 0) (options.subscriptionIdentifiers ??= []).push(subscription.identifier);
}

/** In a session's own log lie copies made for one subscription: QoS, RETAIN and identifier are already its own. */
function mergeOwnCopy(options: Options, { qos, retain, subscriptionIdentifier }: Message): void {
  options.qos = qos;
  options.retain = retain;
  if (subscriptionIdentifier !== 0) options.subscriptionIdentifiers = [subscriptionIdentifier];
}

function dropTooLarge(session: Session, inflight: InflightMessage): void {
  drop(session, 'packet-too-large', inflight.message, inflight.positions);
  settleInflight(session, inflight);
  session.inflight.delete(inflight.packetIdentifier);
}

/**
 * Brings a queue that has outgrown its policy back to its limit, by moving cursors: the oldest waiting messages go,
 * or the newest. What is in flight stays.
 */
function dropOverflow(session: Session): void {
  let excess = overflowOf(session);
  if (excess <= 0) return;
  if (session.policy.deadLetters) {
    startRescue(session);
    return;
  }
  const { overflow } = session.policy;
  const deepestFirst = [...session.cursors.values()].sort((a, b) => b.depth - a.depth);
  for (const cursor of deepestFirst) {
    if (excess <= 0) break;
    excess -=
      overflow === 'drop-oldest'
        ? cursor.dropOldest(excess, 'queue-full')
        : cursor.dropNewest(excess, 'queue-full');
  }
  session.namespace.engine.journal.touchLater(session);
}

/** How many more messages it has than its queue may hold, if that is cut. */
function overflowOf(session: Session): number {
  const { isDurable, policy } = session;
  if (!isDurable || policy.overflow === 'reject-publisher') return 0;
  return session.queuedMessages - policy.maxQueuedMessages;
}

/**
 * The same for a session that is absent, whose log must not wait for it: what is in flight, and has as many messages
 * behind it as the queue may hold, goes like the others.
 */
export function cutAbsent(session: Session): void {
  const { maxQueuedMessages, overflow } = session.policy;
  const isOver = ({ cursor, sequence }: LogPosition) =>
    cursor.owner === session &&
    cursor.undoneUpTo(cursor.end) - cursor.undoneUpTo(sequence) >= maxQueuedMessages;
  for (const inflight of overflow === 'drop-oldest' ? session.inflight.values() : []) {
    const { positions } = inflight;
    if (positions.length === 0 || !positions.every(isOver)) continue;
    drop(session, 'queue-full', inflight.message, positions);
    giveUp(session, inflight);
  }
  if (!session.policy.deadLetters) dropOverflow(session);
  session.namespace.engine.journal.touchLater(session);
}

/** The session ends: what its client has not acknowledged goes with it. */
export function dropAll(session: Session, reason: DropReason): void {
  if (!session.policy.deadLetters) cutAbsent(session);
  for (const cursor of session.cursors.values()) {
    if (cursor.depth > 0) dropRange(session, reason, cursor, { from: cursor.floor + 1, to: cursor.end });
  }
  for (const { message } of session.queue.values()) drop(session, reason, message);
  for (const { message, positions } of session.inflight.values())
    if (positions.length === 0 && message !== null) drop(session, reason, message);
}

/**
 * Makes what was in flight ready to be sent again, in its first order and with its packet identifiers
 * [MQTT-4.4.0-1]: reads what is not in memory. The pump sends it, within the window.
 */
export async function prepareResend(session: Session, connection: Connection): Promise<void> {
  const { pages, journal } = session.namespace.engine;
  const missing = session.inflight
    .values()
    .filter(({ state, message }) => state !== 'pubrel' && message === null);
  const found = await pages.fetch(missing.flatMap(({ positions }) => positions));
  if (session.connection !== connection) return;
  for (const inflight of missing) {
    inflight.message = inflight.positions.map((position) => found.get(position)).find(Boolean) ?? null;
    for (const { cursor } of inflight.positions) cursor.resumeInflight(inflight.message?.size ?? 0);
    if (inflight.message !== null) {
      const options = deliveryOptions(session, inflight.positions, inflight.message);
      inflight.retain = options?.retain ?? false;
      inflight.subscriptionIdentifiers = options?.subscriptionIdentifiers;
      continue;
    }
    drop(session, 'no-longer-stored', null, inflight.positions);
    giveUp(session, inflight);
    journal.touchLater(session);
  }
  // PUBREL does not wait for the window [MQTT-3.3.4-10].
  for (const { state, packetIdentifier } of session.inflight.values()) {
    if (state === 'pubrel') connection.sendPubrel(packetIdentifier);
  }
  session.resending = session.inflight.values().filter(({ state }) => state !== 'pubrel');
}

/**
 * A message that was sent and cannot be sent again. With QoS 2 the client may have it, and would take a new one under
 * its packet identifier for a repetition: the exchange goes on with PUBREL, as if it had answered PUBREC.
 */
function giveUp(session: Session, inflight: InflightMessage): void {
  settleInflight(session, inflight);
  if (inflight.state === 'publish-qos2') inflight.state = 'pubrel';
  else session.inflight.delete(inflight.packetIdentifier);
}

function sendAgain(session: Session, connection: Connection, now: number): boolean {
  const inflight = session.resending.shift()!;
  if (session.inflight.get(inflight.packetIdentifier) !== inflight) return true;
  const obstacle = resendOnce(inflight, connection, now);
  if (obstacle === null) return true;
  drop(session, obstacle, inflight.message, inflight.positions);
  giveUp(session, inflight);
  session.namespace.engine.journal.touchLater(session);
  if (inflight.state === 'pubrel') connection.sendPubrel(inflight.packetIdentifier);
  return true;
}

/** What was sent before a rule changed is not sent again against it; the QoS of what was sent cannot be lowered. */
function resendOnce(inflight: InflightMessage, connection: Connection, now: number) {
  if (connection.maxQoSOf(inflight.message!.topic) === null) return 'not-authorized' as const;
  const qos = inflight.state === 'publish-qos1' ? 1 : 2;
  return connection.sendPublish(inflight, qos, true, now) ? null : ('packet-too-large' as const);
}
