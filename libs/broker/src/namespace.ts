import { type SubscriptionRequest } from '@restante/mqtt-codec';
import { type Connection, type OutgoingDelivery } from './connection.ts';
import { Counters, type DropReason } from './counters.ts';
import { Cursor } from './cursor.ts';
import { DurableFilter } from './durable-filter.ts';
import { type Engine } from './engine.ts';
import { Message, type Publication } from './message.ts';
import { type Policy } from './policy.ts';
import { type InflightRecord, type RecoveredFilter, type StoredSession } from './ports.ts';
import { RetainedMessages } from './retained.ts';
import { compileRoute, type Recipient, type Route } from './router.ts';
import { Session } from './session.ts';
import { Subscription } from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';
import { MAX_CACHED_ROUTES, MAX_EXPIRED_RETAINED } from './limits.ts';

/** What became of a publication. */
export interface Accepted {
  message: Message;
  /** Sessions that are online and get it. */
  delivered: number;
  /** Durable filters whose log holds it. */
  filters: number;
  /** A recipient that its publisher should wait for; null: none is congested. */
  congested: Connection | null;
}

/**
 * Everything that one tenant has in the broker. There is no look-up by a bare client identifier or topic: who holds
 * one namespace cannot reach another.
 */
export class Namespace {
  readonly tree = new SubscriptionTree();
  readonly retained = new RetainedMessages();
  readonly counters = new Counters();
  /** Sessions that are online, or offline and not yet completely in the store. By client identifier. */
  readonly sessions = new Map<string, Session>();
  /** Sessions that are over and may still be in the store. By client identifier. */
  private readonly ending = new Map<string, Session>();
  /** The tail of the queue of CONNECTs under way for a client identifier: one at a time. */
  private readonly connecting = new Map<string, Promise<void>>();
  /** Durable filters and sessions' own logs, by their identifier in the store. */
  private readonly logs = new Map<number, DurableFilter>();
  private readonly routes = new Map<string, Route>();

  constructor(
    readonly tenantId: number,
    readonly engine: Engine,
  ) {}

  /** Durable filters found in the store at start. */
  recover(record: RecoveredFilter): void {
    const log = new DurableFilter(record);
    this.logs.set(log.id, log);
    if (log.topicFilter !== null) this.tree.ensure(log.topicFilter).log = log;
  }

  logIds(): IterableIterator<number> {
    return this.logs.keys();
  }

  // ---------------------------------------------------------------- publishing

  /**
   * Routes a message and accepts it for everybody who gets it. `message.whenAccepted` tells when it is durable
   * wherever it has to be.
   */
  publish(publication: Publication): Accepted {
    const { engine } = this;
    const message = new Message(publication, engine.journal.nextOrder());
    this.counters.messagesIn++;
    const route = this.route(message.topic);
    if (message.qos > 0) {
      for (const log of route.logs) {
        engine.journal.append(log, message);
        for (const cursor of log.cursors)
          if (cursor.session.connection !== null) engine.turn.wake(cursor.session);
      }
    }
    const accepted: Accepted = {
      message,
      delivered: 0,
      filters: message.qos > 0 ? route.logs.length : 0,
      congested: null,
    };
    for (const recipient of route.recipients) this.deliverNow(recipient, accepted);
    if (message.retain) this.retain(message);
    return accepted;
  }

  private route(topic: string): Route {
    const present = this.routes.get(topic);
    if (present?.version === this.tree.version) return present;
    if (this.routes.size >= MAX_CACHED_ROUTES) this.routes.clear();
    const route = compileRoute(this.tree.version, this.tree.match(topic));
    this.routes.set(topic, route);
    return route;
  }

  /** From memory to a session that is online: QoS 0, or for a session that ends with its connection. */
  private deliverNow(recipient: Recipient, accepted: Accepted): void {
    const { session } = recipient;
    const { message } = accepted;
    const { connection } = session;
    if (connection === null) return;
    if (recipient.noLocal && message.publisherSessionId === session.id) return;
    if (message.qos > 0 && recipient.viaLog) {
      accepted.delivered++;
      return;
    }
    if (!connection.mayReceive(message.topic)) {
      this.counters.drop('not-authorized');
      return;
    }
    const retain = recipient.retainAsPublished && message.retain;
    const { subscriptionIdentifiers } = recipient;
    const qos = recipient.qos < message.qos ? recipient.qos : message.qos;
    if (qos > 0) {
      this.enqueueTransient(session, { message, qos, retain, subscriptionIdentifiers });
      accepted.delivered++;
      return;
    }
    const refusal = this.sendNow(connection, {
      message,
      retain,
      subscriptionIdentifiers,
      packetIdentifier: 0,
    });
    if (connection.isCongested) accepted.congested = connection;
    if (refusal === null) accepted.delivered++;
    else this.countDrop(session, refusal);
  }

  private sendNow(
    connection: Connection,
    outgoing: OutgoingDelivery,
  ): 'slow-consumer' | 'packet-too-large' | null {
    if (connection.isStalled) return 'slow-consumer';
    return connection.sendPublish(outgoing, 0, false, this.engine.now()) ? null : 'packet-too-large';
  }

  private enqueueTransient(session: Session, delivery: Parameters<Session['queue']['push']>[0]): void {
    const { queue, policy } = session;
    const isFull = () => queue.length >= policy.maxQueuedMessages || queue.bytes >= policy.maxQueuedBytes;
    if (isFull()) {
      this.countDrop(session, 'queue-full');
      if (policy.overflow !== 'drop-oldest') return;
      queue.shift();
    }
    queue.push(delivery);
    this.engine.turn.wake(session);
  }

  private countDrop(session: Session, reason: DropReason): void {
    this.counters.drop(reason);
    session.droppedMessages++;
  }

  /** Keeps, replaces or (empty payload) removes the topic's retained message [MQTT-3.3.1-5], [MQTT-3.3.1-6]. */
  private retain(message: Message): void {
    const { journal } = this.engine;
    if (message.payload.length > 0) {
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
    const subscription = present ?? new Subscription(session, request.topicFilter, request, identifier);
    if (present !== undefined) present.replace(request, identifier);
    session.setSubscription(subscription);
    this.tree.ensure(request.topicFilter).subscriptions.set(session, subscription);
    if (session.isDurable) this.followLog(subscription);
    if (session.isDurable) this.engine.journal.putSubscription(session, subscription);
    this.tree.changed();
    return { subscription, isNew: present === undefined };
  }

  /** Gives a subscription with QoS > 0 its cursor, and takes it from one whose QoS became 0. */
  private followLog(subscription: Subscription): void {
    if (subscription.qos > 0 && subscription.cursor === null) this.attach(subscription);
    else if (subscription.qos === 0 && subscription.cursor !== null) this.retire(subscription);
  }

  private attach(subscription: Subscription): void {
    const { session, topicFilter } = subscription;
    const node = this.tree.ensure(topicFilter);
    node.log ??= this.createLog(topicFilter);
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
  }

  private addCursor(session: Session, log: DurableFilter, subscription: Subscription | null): Cursor {
    const cursor = new Cursor(session, log, subscription);
    cursor.isDirty = true;
    session.cursors.set(log.id, cursor);
    log.cursors.add(cursor);
    return cursor;
  }

  private createLog(topicFilter: string | null): DurableFilter {
    const log = new DurableFilter({
      id: this.engine.journal.nextFilterId(),
      tenantId: this.tenantId,
      topicFilter,
    });
    this.logs.set(log.id, log);
    this.engine.journal.putFilter(log);
    return log;
  }

  /** @returns false when there was no such subscription */
  unsubscribe(session: Session, topicFilter: string): boolean {
    const subscription = session.subscriptions.get(topicFilter);
    if (subscription === undefined) return false;
    session.removeSubscription(subscription);
    const node = this.tree.get(topicFilter);
    node?.subscriptions.delete(session);
    if (subscription.cursor !== null) this.retire(subscription);
    if (session.isDurable) this.engine.journal.deleteSubscription(session, topicFilter);
    if (node !== undefined) this.tree.removeIfEmpty(node);
    this.tree.changed();
    return true;
  }

  /** No new messages; what is in flight is completed [MQTT-3.10.4-2], [MQTT-3.10.4-3]. */
  private retire(subscription: Subscription): void {
    const cursor = subscription.cursor!;
    subscription.cursor = null;
    cursor.retire();
    cursor.log.followerCount--;
    this.engine.journal.touch(cursor.session);
    if (cursor.isFinished) this.removeCursor(cursor);
  }

  /** Forgets a retired cursor that has reached its end, and its log with the last cursor. */
  removeCursor(cursor: Cursor): void {
    const { session, log } = cursor;
    session.cursors.delete(log.id);
    this.engine.journal.deleteCursor(cursor);
    this.releaseLog(cursor);
  }

  private releaseLog(cursor: Cursor): void {
    const { log } = cursor;
    log.cursors.delete(cursor);
    if (--log.cursorCount > 0) {
      log.trim();
      return;
    }
    this.logs.delete(log.id);
    this.engine.journal.deleteFilter(log);
    const node = log.topicFilter === null ? undefined : this.tree.get(log.topicFilter);
    if (node?.log === log) {
      node.log = null;
      this.tree.removeIfEmpty(node);
    }
    this.tree.changed();
  }

  /**
   * Queues a message for one session alone, as the retained messages that a new subscription brings
   * [MQTT-3.3.1-9]: in its own log when it must survive, else in memory.
   */
  deliverTo(session: Session, publication: Publication, subscriptionIdentifier: number): void {
    const { journal, turn } = this.engine;
    const message = new Message(publication, journal.nextOrder(), subscriptionIdentifier);
    const subscriptionIdentifiers = subscriptionIdentifier === 0 ? undefined : [subscriptionIdentifier];
    if (message.qos === 0) {
      const outgoing = { message, retain: message.retain, subscriptionIdentifiers, packetIdentifier: 0 };
      const refusal = session.connection === null ? null : this.sendNow(session.connection, outgoing);
      if (refusal !== null) this.countDrop(session, refusal);
      return;
    }
    if (session.isDurable) {
      journal.append(this.ownLog(session), message);
      journal.touchLater(session);
      turn.wake(session);
    } else {
      const { qos, retain } = message;
      this.enqueueTransient(session, { message, qos, retain, subscriptionIdentifiers });
    }
  }

  /** The session's own log, made at first use. */
  private ownLog(session: Session): DurableFilter {
    for (const cursor of session.cursors.values()) if (cursor.log.topicFilter === null) return cursor.log;
    const log = this.createLog(null);
    this.addCursor(session, log, null);
    log.cursorCount++;
    log.followerCount++;
    return log;
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
    return stored === undefined ? undefined : this.restore(stored, policy);
  }

  /** The last session of the client identifier is over, and a crash now could bring it back. */
  isEnding(clientId: string): boolean {
    return this.ending.has(clientId);
  }

  createSession(clientId: string, policy: Policy): Session {
    return new Session(this.engine.journal.nextSessionId(), this, clientId, policy, this.engine.now());
  }

  /** Makes a session of what the store remembers; it is not in the registry yet. */
  restore({ record, subscriptions, cursors, state }: StoredSession, policy: Policy): Session {
    const session = new Session(record.id, this, record.clientId, policy, record.createdAt);
    session.epoch = record.epoch;
    session.username = record.username;
    session.protocolVersion = record.protocolVersion;
    session.cleanStart = record.cleanStart;
    session.keepAliveSeconds = record.keepAliveSeconds;
    session.expirySeconds = record.expirySeconds;
    session.connectedAt = record.connectedAt;
    session.disconnectedAt = record.disconnectedAt;
    session.will = record.will;
    session.willAt = record.willAt;
    session.droppedMessages = record.droppedMessages;
    session.isRecorded = true;
    session.isDurable = true;
    for (const stored of subscriptions) {
      const subscription = new Subscription(session, stored.topicFilter, stored, stored.identifier);
      session.setSubscription(subscription);
    }
    for (const stored of cursors) {
      const log = this.logs.get(stored.filterId);
      if (log === undefined) continue;
      const topicFilter = stored.retireAt === null ? log.topicFilter : null;
      const subscription = topicFilter === null ? null : (session.subscriptions.get(topicFilter) ?? null);
      const cursor = new Cursor(session, log, subscription, stored);
      session.cursors.set(log.id, cursor);
      if (subscription !== null) subscription.cursor = cursor;
    }
    restoreInflight(session, state.inflight);
    for (const identifier of state.received) session.received.set(identifier, true);
    return session;
  }

  /** The session is in use: until all of it is in the store, what is there is not the newest. */
  keepInMemory(session: Session): void {
    this.sessions.set(session.clientId, session);
  }

  /** The session's client is connected: it takes part in routing. */
  bringOnline(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      this.tree.ensure(subscription.topicFilter).subscriptions.set(session, subscription);
    }
    for (const cursor of session.cursors.values()) cursor.log.cursors.add(cursor);
    this.tree.changed();
  }

  /** The session's client is gone; the session may stay. */
  takeOffline(session: Session): void {
    for (const topicFilter of session.subscriptions.keys()) {
      const node = this.tree.get(topicFilter);
      node?.subscriptions.delete(session);
      if (node !== undefined) this.tree.removeIfEmpty(node);
    }
    this.tree.changed();
  }

  /** Ends a session: it, its subscriptions and its queue are no more. Its connection must be gone. */
  endSession(session: Session): void {
    if (session.isEnded) return;
    session.isEnded = true;
    this.takeOffline(session);
    if (this.sessions.get(session.clientId) === session) this.sessions.delete(session.clientId);
    for (const cursor of session.cursors.values()) {
      if (cursor.retireAt === null) cursor.log.followerCount--;
      this.releaseLog(cursor);
    }
    this.tree.changed();
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
    for (const cursor of session.cursors.values()) {
      cursor.log.cursors.delete(cursor);
      cursor.log.trim();
    }
  }
}

/** Lines of one packet identifier stand next to each other, one for each log that holds the message. */
function restoreInflight(session: Session, records: InflightRecord[]): void {
  for (const { packetIdentifier, state, filterId, sequence } of records) {
    let inflight = session.inflight.get(packetIdentifier);
    if (inflight === undefined) {
      inflight = {
        packetIdentifier,
        state,
        message: null,
        positions: [],
        retain: false,
        subscriptionIdentifiers: undefined,
      };
      session.inflight.restore(inflight);
    }
    const cursor = session.cursors.get(filterId);
    if (cursor === undefined) continue;
    cursor.expectInflight(sequence);
    inflight.positions.push({ cursor, sequence });
  }
}
