import type { QoS, SubscriptionRequest } from '@restante/mqtt-codec';
import type { Connection, OutgoingDelivery } from './connection/connection.ts';
import { Counters } from './counters.ts';
import { dropAll, mayBeSentAtOnce, sendTransient } from './delivery.ts';
import type { Engine } from './engine.ts';
import type { DropReason } from './ledger/drop.ts';
import { Ledger } from './ledger/ledger.ts';
import { Guards } from './logs/guards.ts';
import { Logs } from './logs/logs.ts';
import { Message, type Publication, sizeOf } from './message.ts';
import { type Draft, Receipts } from './receipts/receipts.ts';
import type { PublishRefusal } from './errors.ts';
import type { Policy } from './policy.ts';
import { QueueWatch } from './observation/queue-watch.ts';
import { TenantWatch } from './observation/tenant-watch.ts';
import type { OccurrenceKind } from './observation/occurrences.ts';
import type { RecoveredFilter } from './ports.ts';
import { TenantQuotas } from './quotas/tenant-quotas.ts';
import { RetainedMessages } from './retained.ts';
import type { Tail } from './routing/filter-node.ts';
import type { Recipient, Route } from './routing/router.ts';
import { drop } from './sessions/drops.ts';
import { restoreSession } from './sessions/session-restore.ts';
import { Session } from './sessions/session.ts';
import { sendToOneMember } from './shared-groups/shared-delivery.ts';
import { giveBackToGroups } from './shared-groups/shared-group.ts';
import { SharedGroups } from './shared-groups/shared-groups.ts';
import { SharedPublish } from './connection/shared-publish.ts';
import { Subscription } from './sessions/subscription.ts';
import { SystemTopics } from './system-topics.ts';
import { SubscriptionTree } from './routing/subscription-tree.ts';
import { MAX_EXPIRED_RETAINED } from './limits.ts';

/** What became of a publication. */
export interface Accepted {
  message: Message;
  /** Sessions that are online and get it. */
  delivered: number;
  /** Durable filters whose log holds it. */
  filters: number;
  /** A recipient that its publisher should wait for; null: there is none. */
  congested: Connection | null;
  /** While it is delivered; null: its publisher wants no receipt. */
  receipt: Draft | null;
}

/**
 * Everything that one tenant has in the broker. There is no look-up by a bare client identifier or topic: who holds
 * one namespace cannot reach another.
 */
export class Namespace {
  readonly tree = new SubscriptionTree();
  readonly retained = new RetainedMessages();
  readonly counters: Counters;
  /** Sessions that are online, or offline and not yet completely in the store. By client identifier. */
  readonly sessions = new Map<string, Session>();
  /** Sessions that are over and may still be in the store. By client identifier. */
  private readonly ending = new Map<string, Session>();
  /** The tail of the queue of CONNECTs under way for a client identifier: one at a time. */
  private readonly connecting = new Map<string, Promise<void>>();
  readonly logs: Logs;
  readonly ledger: Ledger;
  readonly receipts: Receipts;
  readonly systemTopics: SystemTopics;
  readonly guards: Guards;
  readonly quotas = new TenantQuotas(this);
  /** null: nobody wants to be told of what happens here. */
  watch: TenantWatch | null = null;
  /** null: nor of how full queues are, or for whom messages wait. */
  queueWatch: QueueWatch | null = null;
  /** Sessions that have a connection. */
  connectionCount = 0;
  /** There may be more dead letters than it may have. */
  hasNewDeadLetters = true;
  readonly groups: SharedGroups;

  constructor(
    readonly tenantId: number,
    readonly engine: Engine,
  ) {
    this.counters = new Counters(engine.now());
    this.ledger = new Ledger(tenantId, engine);
    this.receipts = new Receipts(tenantId, engine);
    this.logs = new Logs(tenantId, this.tree, engine.journal, this.receipts);
    this.guards = new Guards(this.logs);
    this.groups = new SharedGroups(this);
    this.systemTopics = new SystemTopics(this, engine.about);
    this.observe([]);
  }

  /** A durable filter, a shared group or a session's own log, found in the store at start. */
  recover(record: RecoveredFilter): void {
    const log = this.logs.recover(record);
    if (record.group !== null) this.groups.recover(log, record.group);
    else if (log.topicFilter !== null) this.tree.ensure(log.topicFilter).log = log;
  }

  /** From now on somebody wants to be told of these, beside what is always told. */
  observe(asked: readonly OccurrenceKind[]): void {
    const watch = TenantWatch.of(this.tenantId, this.engine, asked);
    this.watch = watch;
    if (!watch?.wants('queue-filled') && !watch?.wants('messages-queued')) this.queueWatch = null;
    else if (this.queueWatch === null) this.queueWatch = new QueueWatch(this, watch);
    else this.queueWatch.watch = watch;
  }

  // ---------------------------------------------------------------- publishing

  /**
   * Routes a message and accepts it for everybody who gets it. `message.whenAccepted` tells when it is durable
   * wherever it has to be.
   *
   * @param isBorrowed its bytes are the caller's, who needs them back when this returns
   * @param clientId of the session that publishes it; null: the control plane does
   * @param wantsReceipt what becomes of it is kept account of, under the message's order
   * @returns why nobody gets it, nor is it retained, if that is so
   */
  publish(
    publication: Publication,
    isBorrowed = false,
    clientId: string | null = null,
    wantsReceipt = false,
  ): Accepted | PublishRefusal {
    this.counters.received(publication.qos, sizeOf(publication));
    const removes = publication.payload.length === 0;
    const isTooMuch = publication.retain && !removes && !this.quotas.mayRetain(publication);
    const accepted = isTooMuch
      ? 'quota-exceeded'
      : this.deliver(publication, clientId, isBorrowed, wantsReceipt);
    if (typeof accepted === 'string') {
      this.counters.drop(accepted);
      this.ledger.refused(clientId, accepted, publication);
      return accepted;
    }
    const { message } = accepted;
    if (message.retain) this.retain(message);
    message.giveBack();
    return accepted;
  }

  /** A message of the broker itself: it is neither counted as received nor retained. */
  publishOwn(publication: Publication): void {
    this.deliver(publication, null, false, false);
  }

  hasSubscribers(topic: string): boolean {
    return this.tree.match(topic).nodes.length > 0;
  }

  private deliver(
    publication: Publication,
    clientId: string | null,
    isBorrowed: boolean,
    wantsReceipt: boolean,
  ): Accepted | PublishRefusal {
    const { engine } = this;
    const topic = this.tree.know(publication.topic);
    const { route } = topic.filters;
    if (publication.qos > 0) {
      if (!this.hasRoom(route, publication)) return 'queue-full';
      if (!this.quotas.hasRoomInQueues && route.logs.some(hasFollowers)) return 'quota-exceeded';
    }
    const message = new Message(publication, engine.journal.nextOrder(), 0, isBorrowed);
    if (engine.tracer !== null) engine.tracer.received(message, this.tenantId, clientId);
    topic.count(message.size, message.publishedAt, this.counters.window);
    if (route.tails !== null) for (const tail of route.tails) tail(message);
    const receipt = wantsReceipt ? this.receipts.begin(message) : null;
    const accepted: Accepted = { message, delivered: 0, filters: 0, congested: null, receipt };
    if (message.qos > 0) {
      for (const log of route.logs) {
        if (log.followerCount === 0) continue;
        const entry = engine.journal.append(log, message);
        if (receipt !== null) this.receipts.appended(receipt, entry);
        if (this.queueWatch !== null) this.queueWatch.appendedTo(log, message);
        for (const cursor of log.cursors) cursor.owner.wake();
        accepted.filters++;
      }
    }
    const shared = route.recipients.length > 1 ? new SharedPublish() : null;
    for (const recipient of route.recipients) this.deliverNow(recipient, accepted, shared);
    for (const group of route.groups) {
      if (message.qos > 0 && group.log !== null) continue;
      const member = sendToOneMember(group, message, engine.now());
      if (member === null) continue;
      accepted.delivered++;
      if (receipt !== null) this.receipts.noteRecipient(receipt, member, 0);
    }
    if (receipt !== null) this.receipts.end(receipt);
    if (engine.tracer !== null) engine.tracer.routed(message, accepted);
    return accepted;
  }

  /** From memory to a session that is online: QoS 0, or for a session that ends with its connection. */
  private deliverNow(recipient: Recipient, accepted: Accepted, shared: SharedPublish | null): void {
    const { session } = recipient;
    const { message } = accepted;
    const { connection } = session;
    if (connection === null) return;
    if (recipient.noLocal && message.publisherSessionId === session.id) return;
    if (message.qos > 0 && recipient.viaLog) {
      accepted.delivered++;
      return;
    }
    const maxQoS = connection.maxQoSOf(message.topic);
    const qos = Math.min(recipient.qos, message.qos, maxQoS ?? 2) as QoS;
    if (accepted.receipt !== null) this.receipts.noteRecipient(accepted.receipt, session, qos);
    if (maxQoS === null) return drop(session, 'not-authorized', message);
    const retain = recipient.retainAsPublished && message.retain;
    const { subscriptionIdentifiers } = recipient;
    if (qos > 0) {
      const delivery = { message, qos, retain, subscriptionIdentifiers };
      if (mayBeSentAtOnce(session, connection))
        sendTransient(session, connection, delivery, this.engine.now());
      else this.enqueueTransient(session, delivery);
      if (connection.isHoldingUp) accepted.congested = connection;
      accepted.delivered++;
      return;
    }
    const outgoing = { message, retain, subscriptionIdentifiers, packetIdentifier: 0 };
    const refusal = sendNow(connection, outgoing, message.publishedAt, shared);
    if (connection.isHoldingUpQoS0) accepted.congested = connection;
    if (refusal === null) accepted.delivered++;
    else drop(session, refusal, message);
  }

  /** No queue that would get the message refuses it. */
  private hasRoom({ logs, refusing }: Route, { publisherSessionId }: Publication): boolean {
    for (const { session, noLocal } of refusing) {
      if (!(noLocal && publisherSessionId === session.id) && session.isQueueFull) return false;
    }
    return this.guards.admit(logs);
  }

  private enqueueTransient(session: Session, delivery: Parameters<Session['queue']['push']>[0]): void {
    const { queue, policy } = session;
    if (session.isQueueFull) {
      const isOldest = policy.overflow === 'drop-oldest';
      const gone = isOldest ? queue.shift() : delivery;
      drop(session, 'queue-full', (gone ?? delivery).message);
      if (!isOldest) return;
    }
    delivery.message.keep();
    queue.push(delivery);
    this.engine.turn.wake(session);
  }

  /** Keeps, replaces or (empty payload) removes the topic's retained message [MQTT-3.3.1-5], [MQTT-3.3.1-6]. */
  private retain(message: Message): void {
    const { journal } = this.engine;
    if (message.payload.length > 0) {
      message.keep();
      this.retained.set(message);
      journal.retain(this.tenantId, message.topic, message, message);
    } else if (this.retained.delete(message.topic)) {
      journal.retain(this.tenantId, message.topic, null, message);
    }
  }

  /** Removes retained messages whose time has run out, a bounded number of them. */
  removeExpiredRetained(now: number): void {
    for (const topic of this.retained.expired(now, MAX_EXPIRED_RETAINED)) {
      this.retained.delete(topic);
      this.engine.journal.forgetRetained(this.tenantId, topic);
    }
  }

  // ---------------------------------------------------------------- subscriptions

  /** Adds a subscription, or replaces its options without losing what waits [MQTT-3.8.4-3]. */
  subscribe(
    session: Session,
    request: SubscriptionRequest,
    identifier: number,
  ): { subscription: Subscription; isNew: boolean } {
    const present = session.subscriptions.get(request.topicFilter);
    const qosBefore = present?.qos;
    const subscription = present ?? new Subscription(session, request.topicFilter, request, identifier);
    if (present !== undefined) present.replace(request, identifier);
    session.setSubscription(subscription);
    if (subscription.share !== null) {
      this.groups.join(subscription, qosBefore);
    } else {
      this.tree.ensure(request.topicFilter).add(subscription);
      if (session.isDurable) this.logs.follow(subscription);
    }
    if (session.isDurable) {
      this.engine.journal.putSubscription(session, subscription);
      this.guards.watch(session);
      if (session.policy.keepLastPerTopic) this.logs.askForNewest(session);
    }
    return { subscription, isNew: present === undefined };
  }

  /** @returns false when there was no such subscription */
  unsubscribe(session: Session, topicFilter: string): boolean {
    const subscription = session.subscriptions.get(topicFilter);
    if (subscription === undefined) return false;
    session.removeSubscription(subscription);
    if (subscription.share !== null) {
      this.groups.leave(subscription);
    } else {
      if (subscription.cursor !== null) this.logs.retire(subscription);
      this.detach(subscription);
    }
    if (session.isDurable) {
      this.engine.journal.deleteSubscription(session, topicFilter);
      this.guards.watch(session);
    }
    return true;
  }

  private detach({ session, topicFilter }: Subscription): void {
    const node = this.tree.get(topicFilter);
    node?.remove(session);
    if (node !== undefined) this.tree.removeIfEmpty(node);
  }

  /**
   * Shows a tail every message from now on that a topic filter matches.
   *
   * @returns ends that
   */
  tail(topicFilter: string, tail: Tail): () => void {
    this.tree.ensure(topicFilter).addTail(tail);
    return () => {
      const node = this.tree.get(topicFilter);
      node?.removeTail(tail);
      if (node !== undefined) this.tree.removeIfEmpty(node);
    };
  }

  /**
   * Queues a message for one session alone, as the retained messages that a new subscription brings
   * [MQTT-3.3.1-9]: in its own log when it must survive, else in memory.
   */
  deliverTo(session: Session, publication: Publication, subscriptionIdentifier: number): void {
    const { journal, turn } = this.engine;
    const message = new Message(publication, journal.nextOrder(), subscriptionIdentifier);
    if (session.isDurable) {
      journal.append(this.logs.own(session), message);
      journal.touchLater(session);
      this.guards.watch(session);
      turn.wake(session);
    } else {
      const { qos, retain } = message;
      const subscriptionIdentifiers = subscriptionIdentifier === 0 ? undefined : [subscriptionIdentifier];
      this.enqueueTransient(session, { message, qos, retain, subscriptionIdentifiers });
    }
  }

  /** Queues messages for one session that is durable, whether it is online or absent: in its own log. */
  appendOwn(session: Session, publications: Publication[]): void {
    const { journal } = this.engine;
    // One that was read from the store is the newest there is of it until all of this is there.
    this.keepInMemory(session);
    const log = this.logs.own(session);
    for (const publication of publications) {
      const message = new Message(publication, journal.nextOrder());
      journal.append(log, message);
      this.queueWatch?.appendedTo(log, message);
    }
    journal.touch(session);
    this.guards.watch(session);
    session.wake();
  }

  // ---------------------------------------------------------------- sessions

  /** Runs `task` when no other CONNECT of this client identifier is under way. */
  async exclusively<Result>(clientId: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.connecting.get(clientId) ?? Promise.resolve();
    const result = before.then(task);
    const done = result.then(
      () => undefined,
      () => undefined,
    );
    this.connecting.set(clientId, done);
    try {
      return await result;
    } finally {
      if (this.connecting.get(clientId) === done) this.connecting.delete(clientId);
    }
  }

  /** The session of a client identifier, from memory or from the store; undefined: there is none. */
  async find(clientId: string, policy: Policy): Promise<Session | undefined> {
    const present = this.sessions.get(clientId);
    if (present !== undefined) return present;
    if (this.isEnding(clientId)) return undefined;
    const stored = await this.engine.sessions.load(this.tenantId, clientId);
    return stored === undefined ? undefined : restoreSession(this, stored, policy);
  }

  /** The last session of the client identifier is over, and a crash now could bring it back. */
  isEnding(clientId: string): boolean {
    return this.ending.has(clientId);
  }

  createSession(clientId: string, policy: Policy): Session {
    return new Session(this.engine.journal.nextSessionId(), this, clientId, policy, this.engine.now());
  }

  /** The session is in use: until all of it is in the store, what is there is not the newest. */
  keepInMemory(session: Session): void {
    this.sessions.set(session.clientId, session);
  }

  /** The session's client is connected: it takes part in routing. */
  bringOnline(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      if (subscription.share !== null) this.groups.admit(subscription);
      else this.tree.ensure(subscription.topicFilter).add(subscription);
    }
    for (const cursor of session.cursors.values()) cursor.log.attach(cursor);
    this.logs.keepPast(session);
    this.guards.watch(session);
    this.queueWatch?.returned(session);
    if (session.isDurable && session.policy.keepLastPerTopic) this.logs.askForNewest(session);
  }

  /** Of a session that is online. */
  policyChanged(session: Session): void {
    const { journal } = this.engine;
    // Routes know which sessions refuse publishers.
    for (const subscription of session.subscriptions.values()) {
      if (subscription.share === null) this.tree.ensure(subscription.topicFilter).add(subscription);
    }
    this.guards.watch(session);
    if (!session.isDurable) return;
    this.logs.keepPast(session);
    if (session.policy.keepLastPerTopic) this.logs.askForNewest(session);
    if (session.policy.deadLetters) journal.putSession(session);
    journal.touch(session);
  }

  /** The session's client is gone; the session may stay. */
  takeOffline(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      if (subscription.share !== null) this.groups.dismiss(subscription);
      else this.detach(subscription);
    }
    giveBackToGroups(session);
  }

  /** Ends a session: it, its subscriptions and its queue are no more. Its connection must be gone. */
  endSession(session: Session, reason: DropReason): void {
    if (session.isEnded) return;
    dropAll(session, reason);
    if (!this.receipts.isEmpty) this.receipts.sessionEnds(session);
    session.isEnded = true;
    this.takeOffline(session);
    if (this.sessions.get(session.clientId) === session) this.sessions.delete(session.clientId);
    for (const subscription of session.subscriptions.values()) {
      if (subscription.share !== null) this.groups.leave(subscription);
    }
    this.logs.releaseAll(session);
    this.guards.forget(session.id);
    this.queueWatch?.ended(session);
    if (session.isRecorded) this.removeFromStore(session);
  }

  private removeFromStore(session: Session): void {
    const { clientId } = session;
    const { journal } = this.engine;
    this.ending.set(clientId, session);
    journal.deleteSession(session);
    journal.afterCommit(() => {
      if (this.ending.get(clientId) === session) this.ending.delete(clientId);
    });
  }

  /** Lets an absent session go from memory once all of it is in the store. */
  forgetIfStored(session: Session): void {
    if (session.connection !== null || session.isDirty || session.isEnded) return;
    if (this.sessions.get(session.clientId) !== session) return;
    this.sessions.delete(session.clientId);
    this.guards.rest(session);
    for (const cursor of session.cursors.values()) {
      cursor.log.detach(cursor);
      cursor.log.trim();
    }
  }
}

function sendNow(
  connection: Connection,
  outgoing: OutgoingDelivery,
  now: number,
  shared: SharedPublish | null,
): 'slow-consumer' | 'packet-too-large' | null {
  if (connection.isStalled) return 'slow-consumer';
  return connection.sendPublish(outgoing, 0, false, now, shared) ? null : 'packet-too-large';
}

function hasFollowers({ followerCount }: Route['logs'][number]): boolean {
  return followerCount > 0;
}
