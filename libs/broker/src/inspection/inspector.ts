import { ReasonCode, validateTopicName } from '@restante/mqtt-codec';
import type { Authorize, Identity } from '../authentication.ts';
import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine.ts';
import { PublishRefusedError } from '../errors.ts';
import type {
  AbsentSum,
  DeadLetterListQuery,
  DeadLettersDeleted,
  DropSums,
  InflightDetail,
  Inspection,
  LedgerQuery,
  Page,
  PublishOutcome,
  PublishRequest,
  QueuedMessage,
  QueueQuery,
  Receipt,
  RetainedListQuery,
  RequeueOutcome,
  RequeueRequest,
  RetainedTopic,
  RetainedTopicsQuery,
  RewindOutcome,
  RewindRequest,
  SessionDetail,
  SessionGlance,
  SessionQuery,
  SessionSummary,
  SubscriptionQuery,
  SubscriptionSummary,
  TenantCounts,
  TenantOverview,
  TenantTraffic,
  TenantUsage,
  TopicPage,
  TopicsQuery,
  TransferOutcome,
  TransferRequest,
} from './inspection.ts';
import type { DeadLetterFilter, StoredDeadLetter } from '../dead-letters/dead-letter.ts';
import { minuteOf } from '../ledger/drop.ts';
import type { DropFilter, StoredDrop } from '../ledger/drop-query.ts';
import { keepNewest } from '../logs/keep-last.ts';
import { DEFAULT_POLICY, type Policy } from '../policy.ts';
import { changePolicies } from './policy-change.ts';
import { dropOne, purgeAll, purgeMatching } from './queues/queue-changes.ts';
import { nothingOf, transfer } from './queues/queue-transfer.ts';
import {
  deleteDeadLetter,
  deleteDeadLetters,
  getDeadLetter,
  listDeadLetters,
  requeue,
} from './dead-letter-view.ts';
import { dropsOf, sumLedger, viewLedger } from './ledger-view.ts';
import { queueDepths } from './queues/queue-depths.ts';
import { viewQueue } from './queues/queue-view.ts';
import { viewReceipt } from './receipt-view.ts';
import { rewind } from './queues/rewind.ts';
import { listRetainedTopics, viewRetained } from './retained-view.ts';
import { listSessions } from './lists/session-list.ts';
import { detail, glance } from './lists/session-summary.ts';
import { listTopics } from './lists/topic-list.ts';
import { listSubscriptions } from './lists/subscription-list.ts';
import { overviewOf, withOnline } from './tenant-overview.ts';
import type { Message } from '../message.ts';
import type { OccurrenceKind } from '../observation/occurrences.ts';
import type { Namespace } from '../namespace.ts';
import type { AbsentFilter, Store, StoredDepths, StoredRetained } from '../ports.ts';
import type { Quotas } from '../quotas/quotas.ts';
import type { Session } from '../sessions/session.ts';
import { endSession } from '../sessions/session-end.ts';
import { expiresAt } from '../sessions/will.ts';

const TENANT_DELETION_PIECE = 500;
/** Retained messages. */
const DELETED_AT_ONCE = 5_000;
/** Absent sessions. */
const ENDED_AT_ONCE = 500;

/**
 * Answers for sessions wherever they are: those in memory are known exactly, absent ones are asked of the store.
 */
export class Inspector implements Inspection {
  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly connections: () => Iterable<Connection>,
    private readonly namespaces: () => Iterable<Namespace>,
  ) {}

  listSessions(tenantId: number, query: SessionQuery): Promise<Page<SessionSummary>> {
    return listSessions(this.engine.namespace(tenantId), query, this.store);
  }

  listSubscriptions(tenantId: number, query: SubscriptionQuery): Promise<Page<SubscriptionSummary>> {
    return listSubscriptions(this.engine.namespace(tenantId), query, this.store);
  }

  async getSession(tenantId: number, clientId: string): Promise<SessionDetail | undefined> {
    const session = await this.find(tenantId, clientId);
    if (session === undefined) return undefined;
    const dropped = await dropsOf(session.namespace, clientId, minuteOf(session.createdAt), this.store);
    return { ...detail(session), dropped };
  }

  *glances(tenantId: number): Iterable<SessionGlance> {
    for (const session of this.engine.namespace(tenantId).sessions.values()) yield glance(session);
  }

  async listInflight(tenantId: number, clientId: string): Promise<InflightDetail[] | undefined> {
    const session = await this.find(tenantId, clientId);
    if (session === undefined) return undefined;
    const unread = session.inflight.values().filter(({ message }) => message === null);
    const found = await this.engine.pages.fetch(unread.flatMap(({ positions }) => positions));
    return session.inflight.values().map(({ packetIdentifier, state, message, positions }) => ({
      packetIdentifier,
      qos: state === 'publish-qos1' ? 1 : 2,
      state: state === 'pubrel' ? 'pubrel-sent' : 'publish-sent',
      topic: (message ?? positions.map((position) => found.get(position)).find(Boolean))?.topic ?? null,
    }));
  }

  overview(tenantId: number): Promise<TenantOverview> {
    return overviewOf(this.engine.namespace(tenantId), this.store);
  }

  traffic(): Map<number, TenantTraffic> {
    return new Map(
      [...this.namespaces()].map(({ tenantId, counters }) => {
        const { messagesIn, messagesOut, bytesIn, droppedMessages } = counters;
        return [tenantId, { messagesIn, messagesOut, bytesIn, droppedMessages }];
      }),
    );
  }

  queueDepths(bounds: readonly number[]): Promise<StoredDepths> {
    return queueDepths(this.namespaces(), bounds, this.store);
  }

  async counts(tenantIds: number[]): Promise<TenantCounts[]> {
    const stored = await this.store.counts(tenantIds);
    return tenantIds.map((tenantId, index) => withOnline(this.engine.namespace(tenantId), stored[index]));
  }

  setQuotas(tenantId: number, quotas: Quotas): void {
    this.engine.namespace(tenantId).quotas.set(quotas, this.engine.now());
  }

  observe(tenantId: number, kinds: readonly OccurrenceKind[]): void {
    this.engine.namespace(tenantId).observe(kinds);
  }

  async usage(tenantId: number): Promise<TenantUsage> {
    const namespace = this.engine.namespace(tenantId);
    const [{ onlineSessions, offlineSessions, queuedMessages, queuedBytes }] = await this.counts([tenantId]);
    const { messagesInPerSecond, bytesInPerSecond, connectsPerSecond } = namespace.counters.rates();
    return {
      connections: namespace.connectionCount,
      sessions: onlineSessions + offlineSessions,
      queuedMessages,
      queuedBytes,
      retainedMessages: namespace.retained.count,
      retainedBytes: namespace.retained.bytes,
      publishesPerSecond: messagesInPerSecond,
      publishedBytesPerSecond: bytesInPerSecond,
      connectsPerSecond,
    };
  }

  changePolicies(tenantId: number, policyOf: (username: string) => Policy | undefined): Promise<void> {
    return changePolicies(this.engine.namespace(tenantId), policyOf);
  }

  listTopics(tenantId: number, query: TopicsQuery): TopicPage {
    return listTopics(this.engine.namespace(tenantId), query, this.engine.now());
  }

  listDrops(tenantId: number, query: LedgerQuery): Promise<Page<StoredDrop>> {
    return viewLedger(this.engine.namespace(tenantId), query, this.store);
  }

  sumDrops(tenantId: number, filter: DropFilter): Promise<DropSums> {
    return sumLedger(this.engine.namespace(tenantId), filter, this.store);
  }

  listDeadLetters(tenantId: number, query: DeadLetterListQuery): Promise<Page<StoredDeadLetter>> {
    return listDeadLetters(this.engine.namespace(tenantId), query, this.store);
  }

  getDeadLetter(tenantId: number, id: string): Promise<StoredDeadLetter | undefined> {
    return getDeadLetter(this.engine.namespace(tenantId), id, this.store);
  }

  deleteDeadLetter(tenantId: number, id: string): Promise<boolean> {
    return deleteDeadLetter(this.engine.namespace(tenantId), id, this.store);
  }

  deleteDeadLetters(
    tenantId: number,
    filter: DeadLetterFilter & { topicFilter?: string | undefined },
  ): Promise<DeadLettersDeleted> {
    return deleteDeadLetters(this.engine.namespace(tenantId), filter, this.store);
  }

  requeueDeadLetters(tenantId: number, request: RequeueRequest): Promise<RequeueOutcome> {
    const find = (clientId: string) => this.find(tenantId, clientId);
    return requeue(this.engine.namespace(tenantId), request, { store: this.store, find });
  }

  listRetained(tenantId: number, query: RetainedListQuery): Promise<Page<StoredRetained>> {
    return viewRetained(this.store, tenantId, query);
  }

  listRetainedTopics(tenantId: number, query: RetainedTopicsQuery): Promise<Page<RetainedTopic>> {
    return listRetainedTopics(this.engine.namespace(tenantId).retained, query);
  }

  getRetained(tenantId: number, topic: string): Message | undefined {
    if (/[+#]/.test(topic)) return undefined;
    const [found] = this.engine.namespace(tenantId).retained.match(topic, this.engine.now());
    return found;
  }

  async deleteRetained(tenantId: number, topic: string): Promise<boolean> {
    if (this.getRetained(tenantId, topic) === undefined) return false;
    this.engine.namespace(tenantId).retained.delete(topic);
    this.engine.journal.forgetRetained(tenantId, topic);
    await this.engine.journal.committed();
    return true;
  }

  async deleteRetainedMatching(
    tenantId: number,
    topicFilter: string,
  ): Promise<{ deletedMessages: number; isComplete: boolean }> {
    const { engine } = this;
    const { retained } = engine.namespace(tenantId);
    const topics: string[] = [];
    for (const { topic } of retained.match(topicFilter, engine.now()))
      if (topics.push(topic) > DELETED_AT_ONCE) break;
    const deleted = topics.slice(0, DELETED_AT_ONCE);
    for (const topic of deleted) {
      retained.delete(topic);
      engine.journal.forgetRetained(tenantId, topic);
    }
    await engine.journal.committed();
    return { deletedMessages: deleted.length, isComplete: deleted.length === topics.length };
  }

  async disconnect(tenantId: number, clientId: string, by: string | null = null): Promise<boolean> {
    const connection = this.engine.namespace(tenantId).sessions.get(clientId)?.connection;
    if (!connection) return false;
    connection.endedBy = by;
    connection.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, 'Disconnected by an administrator');
    return true;
  }

  async deleteSession(tenantId: number, clientId: string): Promise<boolean> {
    return this.alone(tenantId, clientId, async (session) => {
      session.connection?.disconnect(
        ReasonCode.ADMINISTRATIVE_ACTION,
        'The session was deleted by an administrator',
      );
      await endSession(session);
      return true;
    }).then((deleted) => deleted ?? false);
  }

  async sumAbsent(tenantId: number, filter: AbsentFilter): Promise<AbsentSum> {
    const { offlineSessions: sessions, ...rest } = await this.store.sumOfflineSessions(tenantId, filter);
    return { sessions, ...rest };
  }

  async deleteAbsent(
    tenantId: number,
    filter: AbsentFilter,
  ): Promise<{ deleted: SessionSummary[]; isComplete: boolean }> {
    const namespace = this.engine.namespace(tenantId);
    const query = { ...filter, state: 'offline', limit: ENDED_AT_ONCE } as const;
    let page = await listSessions(namespace, query, this.store);
    // A filter that leaves hardly any of very many may have nothing for the first pages. Who asks again begins anew.
    while (page.items.length === 0 && page.next !== null)
      page = await listSessions(namespace, { ...query, after: page.next }, this.store);
    const ended = await Promise.all(page.items.map((session) => this.endIfStillAbsent(tenantId, session)));
    return { deleted: page.items.filter((_, index) => ended[index]), isComplete: page.next === null };
  }

  /** Its client may have come back meanwhile, or come and gone. */
  private async endIfStillAbsent(tenantId: number, seen: SessionSummary): Promise<boolean> {
    const isEnded = await this.alone(tenantId, seen.clientId, async (session) => {
      if (session.connection !== null || session.disconnectedAt !== seen.disconnectedAt) return false;
      await endSession(session);
      return true;
    });
    return isEnded ?? false;
  }

  async listQueue(
    tenantId: number,
    clientId: string,
    query: QueueQuery,
  ): Promise<Page<QueuedMessage> | undefined> {
    const session = await this.find(tenantId, clientId);
    return session === undefined ? undefined : viewQueue(session, query, this.engine.pages);
  }

  async purgeQueue(
    tenantId: number,
    clientId: string,
    topicFilter?: string,
  ): Promise<{ purgedMessages: number; isComplete: boolean } | undefined> {
    return this.alone(tenantId, clientId, async (session) => {
      const purged =
        topicFilter === undefined
          ? { purgedMessages: purgeAll(session), isComplete: true }
          : await purgeMatching(session, topicFilter, this.engine.pages);
      this.queueChanged(session);
      return purged;
    });
  }

  async deleteQueued(
    tenantId: number,
    clientId: string,
    id: string,
  ): Promise<'deleted' | 'not-waiting' | undefined> {
    return this.alone(tenantId, clientId, async (session) => {
      if (!(await dropOne(session, id, this.engine.pages))) return 'not-waiting';
      this.queueChanged(session);
      return 'deleted';
    });
  }

  async rewind(
    tenantId: number,
    clientId: string,
    request: RewindRequest,
  ): Promise<RewindOutcome | undefined> {
    return this.alone(tenantId, clientId, (session) => rewind(session, request));
  }

  async transferQueue(
    tenantId: number,
    clientId: string,
    request: TransferRequest,
  ): Promise<TransferOutcome> {
    const { journal } = this.engine;
    const namespace = this.engine.namespace(tenantId);
    if (request.to === clientId) return nothingOf('no-target');
    // Always in the same order, so that no two of these wait for each other.
    const [first, second] = [clientId, request.to].sort();
    return namespace.exclusively(first, () =>
      namespace.exclusively(second, async () => {
        const source = await this.find(tenantId, clientId);
        if (source === undefined) return nothingOf('no-source');
        const target = await this.find(tenantId, request.to);
        if (target === undefined) return nothingOf('no-target');
        const outcome = await transfer(source, target, request);
        if (outcome.kind === 'transferred' && request.isMove) this.queueChanged(source);
        await journal.committed();
        return outcome;
      }),
    );
  }

  private queueChanged(session: Session): void {
    if (session.connection === null) session.namespace.guards.rest(session);
    this.engine.journal.touch(session);
  }

  disconnectCredential(
    tenantId: number,
    username: string | undefined,
    reason: string,
    rulesFor = rulesOf,
  ): void {
    this.disconnectIdentities(
      tenantId,
      (identity) => username === undefined || identity.username === username,
      reason,
      rulesFor,
    );
  }

  disconnectIdentities(
    tenantId: number,
    isOver: (identity: Identity) => boolean,
    reason: string,
    rulesFor: (identity: Identity) => Authorize | undefined = rulesOf,
  ): void {
    for (const connection of this.connections()) {
      const { identity } = connection;
      if (identity?.tenantId !== tenantId || !isOver(identity)) continue;
      connection.identity = { ...identity, authorize: rulesFor(identity) };
      connection.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, reason);
    }
  }

  expireCredential(tenantId: number, username: string, at: number): void {
    for (const connection of this.connections()) {
      const { identity } = connection;
      if (identity?.tenantId === tenantId && identity.username === username)
        connection.expiresAt = Math.min(connection.expiresAt, at);
    }
  }

  connectedCredentials(tenantId: number): Set<string> {
    const { sessions } = this.engine.namespace(tenantId);
    const online = [...sessions.values()].filter(({ connection }) => connection !== null);
    return new Set(online.map(({ username }) => username));
  }

  async deleteTenant(tenantId: number): Promise<void> {
    this.disconnectCredential(tenantId, undefined, 'The credential is no longer valid');
    await this.engine.journal.committed();
    while (!(await this.store.deleteTenant(tenantId, TENANT_DELETION_PIECE)));
    this.engine.forgetNamespace(tenantId);
  }

  tail(tenantId: number, topicFilter: string, tail: (message: Message) => void): () => void {
    return this.engine.namespace(tenantId).tail(topicFilter, tail);
  }

  async publish(tenantId: number, request: PublishRequest): Promise<PublishOutcome> {
    validateTopicName(request.topic);
    const now = this.engine.now();
    const policy = await this.engine.authenticator.policyOf(tenantId, '');
    const publication = {
      topic: request.topic,
      payload: request.payload,
      qos: request.qos,
      retain: request.retain,
      forwardedProperties: request.forwardedProperties ?? Buffer.alloc(0),
      publishedAt: now,
      expiresAt: expiresAt(request.messageExpiryInterval, policy, now),
      publisherSessionId: 0,
    };
    const { wantsReceipt = false } = request;
    const namespace = this.engine.namespace(tenantId);
    const accepted = namespace.publish(publication, false, null, wantsReceipt);
    if (typeof accepted === 'string') throw new PublishRefusedError(accepted);
    const { message, delivered, filters } = accepted;
    if (request.outboxId !== undefined) {
      this.engine.journal.takeFromOutbox(request.outboxId);
      await this.engine.journal.committed();
    }
    if (wantsReceipt) await this.engine.journal.committed();
    await new Promise<void>((resolve) => message.whenAccepted(resolve));
    this.engine.tracer?.answered(message);
    return { delivered, filters, receiptId: wantsReceipt ? `${message.order}` : null };
  }

  receipt(
    tenantId: number,
    receiptId: string,
    query: { limit: number; after?: string | undefined },
  ): Promise<Receipt | undefined> {
    return viewReceipt(this.engine.namespace(tenantId), receiptId, query, this.store);
  }

  /** A session to look at. One that is read from the store is a copy: changes go through `alone`. */
  private async find(tenantId: number, clientId: string): Promise<Session | undefined> {
    const namespace = this.engine.namespace(tenantId);
    const session = await namespace.find(clientId, DEFAULT_POLICY);
    if (session === undefined || session.hasExpired(this.engine.now())) return undefined;
    if (session.connection === null)
      session.policy = await this.engine.authenticator.policyOf(tenantId, session.username);
    if (session.connection === null && session.policy.keepLastPerTopic) await keepNewest(session);
    return session;
  }

  /** Changes a session while no CONNECT of it is under way; resolves when the change is durable. */
  private async alone<Result>(
    tenantId: number,
    clientId: string,
    change: (session: Session) => Result | Promise<Result>,
  ): Promise<Result | undefined> {
    return this.engine.namespace(tenantId).exclusively(clientId, async () => {
      const session = await this.find(tenantId, clientId);
      if (session === undefined) return undefined;
      const result = await change(session);
      await this.engine.journal.committed();
      return result;
    });
  }
}

function rulesOf({ authorize }: Identity): Authorize | undefined {
  return authorize;
}
