import { ReasonCode, validateTopicName } from '@restante/mqtt-codec';
import { type Connection } from '../connection/connection.ts';
import { type Cursor } from '../logs/cursor.ts';
import { type Engine } from '../engine.ts';
import { queueFull } from '../errors.ts';
import {
  type InflightDetail,
  type Inspection,
  type Page,
  type PublishOutcome,
  type PublishRequest,
  type QueuedMessage,
  type QueueQuery,
  type RetainedListQuery,
  type RewindOutcome,
  type RewindRequest,
  type SessionDetail,
  type SessionQuery,
  type SessionSummary,
  type TenantOverview,
} from './inspection.ts';
import { keepNewest } from '../logs/keep-last.ts';
import { type Namespace } from '../namespace.ts';
import { DEFAULT_POLICY, type Policy } from '../policy.ts';
import { dropOne, purgeAll, purgeMatching } from './queue-changes.ts';
import { viewQueue } from './queue-view.ts';
import { rewind } from './rewind.ts';
import { viewRetained } from './retained-view.ts';
import { type Message } from '../message.ts';
import { type OfflineQuery, type Store, type StoredRetained, type StoredSessionSummary } from '../ports.ts';
import { type Session } from '../sessions/session.ts';
import { endSession } from '../sessions/session-end.ts';
import { expiresAt } from '../sessions/will.ts';

const TENANT_DELETION_PIECE = 500;
const TOP_QUEUES = 10;

/**
 * Answers for sessions wherever they are: those in memory are known exactly, absent ones are asked of the store.
 */
export class Inspector implements Inspection {
  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly connections: () => Iterable<Connection>,
  ) {}

  async listSessions(tenantId: number, query: SessionQuery): Promise<Page<SessionSummary>> {
    const namespace = this.engine.namespace(tenantId);
    const after = query.after === undefined ? undefined : decodePosition(query.after);
    const compare = query.sort === 'queuedMessages' ? deepestFirst : byClientId;
    const fromStore = query.state === 'online' ? [] : await this.absentSessions(namespace, query, after);
    const fromMemory = [...namespace.sessions.values()]
      .map((session) => placed(summarize(session)))
      .filter(({ summary }) => isWanted(summary, query));
    const all = [...fromMemory, ...fromStore.filter(({ clientId }) => !namespace.sessions.has(clientId))]
      .filter((session) => after === undefined || compare(after, session) < 0)
      .sort(compare);
    const page = all.slice(0, query.limit);
    const next = all.length > query.limit ? encodePosition(page.at(-1)!) : null;
    return { items: page.map(({ summary }) => summary), next };
  }

  /** One more than asked for, so that the end is known; sessions that are back in memory cost no place. */
  private async absentSessions(
    namespace: Namespace,
    query: SessionQuery,
    after: OfflineQuery['after'],
  ): Promise<PlacedSummary[]> {
    const limit = query.limit + 1 + namespace.sessions.size;
    const { q, username, absentBefore, sort } = query;
    const wanted = { q, username, absentBefore, sort, limit, after };
    const stored = await this.store.listOfflineSessions(namespace.tenantId, wanted);
    return Promise.all(
      stored.map(async (session) =>
        placed(await this.summarizeStored(namespace.tenantId, session), session.queuedMessages),
      ),
    );
  }

  private async summarizeStored(tenantId: number, stored: StoredSessionSummary): Promise<SessionSummary> {
    const { record, ...counts } = stored;
    const policy = await this.engine.authenticator.policyOf(tenantId, record.username);
    return {
      clientId: record.clientId,
      state: 'offline',
      username: record.username,
      protocolVersion: record.protocolVersion,
      remoteAddress: null,
      createdAt: record.createdAt,
      connectedAt: null,
      disconnectedAt: record.disconnectedAt,
      sessionExpirySeconds: record.expirySeconds,
      expiresAt: record.expiresAt,
      droppedMessages: record.droppedMessages,
      ...counts,
      // A queue over its limit is cut when its session is next looked at; what will be cut is not counted.
      ...kept(policy, counts),
      maxQueuedMessages: policy.maxQueuedMessages,
      maxQueuedBytes: policy.maxQueuedBytes,
    };
  }

  async getSession(tenantId: number, clientId: string): Promise<SessionDetail | undefined> {
    const session = await this.find(tenantId, clientId);
    return session === undefined ? undefined : detail(session);
  }

  async listInflight(tenantId: number, clientId: string): Promise<InflightDetail[] | undefined> {
    const session = await this.find(tenantId, clientId);
    if (session === undefined) return undefined;
    const unread = [...session.inflight.values()].filter(({ message }) => message === null);
    const found = await this.engine.pages.fetch(unread.flatMap(({ positions }) => positions));
    return [...session.inflight.values()].map(({ packetIdentifier, state, message, positions }) => ({
      packetIdentifier,
      qos: state === 'publish-qos1' ? 1 : 2,
      state: state === 'pubrel' ? 'pubrel-sent' : 'publish-sent',
      topic: (message ?? positions.map((position) => found.get(position)).find(Boolean))?.topic ?? null,
    }));
  }

  async overview(tenantId: number): Promise<TenantOverview> {
    const namespace = this.engine.namespace(tenantId);
    const inMemory = [...namespace.sessions.values()].map(summarize);
    const totals = await this.store.totals(tenantId);
    const absentAndDeepest = totals.topQueues
      .filter(({ clientId }) => !namespace.sessions.has(clientId))
      .map((queue) => ({ ...queue, state: 'offline' as const }));
    const online = inMemory.filter(({ state }) => state === 'online');
    const topQueues = [...inMemory, ...absentAndDeepest]
      .filter(({ queuedMessages }) => queuedMessages > 0)
      .sort(deepestFirst)
      .slice(0, TOP_QUEUES)
      .map(({ clientId, queuedMessages, queuedBytes, state }) => ({
        clientId,
        queuedMessages,
        queuedBytes,
        state,
      }));
    return {
      onlineSessions: online.length,
      offlineSessions: totals.offlineSessions,
      queuedMessages: totals.queuedMessages + sum(online, 'queuedMessages'),
      queuedBytes: totals.queuedBytes + sum(online, 'queuedBytes'),
      retainedMessages: namespace.retained.count,
      retainedBytes: namespace.retained.bytes,
      ...namespace.counters.rates(),
      topQueues,
    };
  }

  listRetained(tenantId: number, query: RetainedListQuery): Promise<Page<StoredRetained>> {
    return viewRetained(this.store, tenantId, query);
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

  async disconnect(tenantId: number, clientId: string): Promise<boolean> {
    const connection = this.engine.namespace(tenantId).sessions.get(clientId)?.connection;
    if (!connection) return false;
    connection.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, 'Disconnected by an administrator');
    return true;
  }

  async deleteSession(tenantId: number, clientId: string): Promise<boolean> {
    return this.alone(tenantId, clientId, (session) => {
      session.connection?.disconnect(
        ReasonCode.ADMINISTRATIVE_ACTION,
        'The session was deleted by an administrator',
      );
      endSession(session, this.engine.now());
      return true;
    }).then((deleted) => deleted ?? false);
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

  private queueChanged(session: Session): void {
    if (session.connection === null) session.namespace.guards.rest(session);
    this.engine.journal.touch(session);
  }

  disconnectCredential(tenantId: number, username?: string): void {
    for (const connection of this.connections()) {
      const { identity } = connection;
      if (identity?.tenantId !== tenantId) continue;
      if (username !== undefined && identity.username !== username) continue;
      connection.disconnect(ReasonCode.ADMINISTRATIVE_ACTION, 'The credential is no longer valid');
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
    this.disconnectCredential(tenantId);
    await this.engine.journal.committed();
    while (!(await this.store.deleteTenant(tenantId, TENANT_DELETION_PIECE)));
    this.engine.forgetNamespace(tenantId);
  }

  async publish(tenantId: number, request: PublishRequest): Promise<PublishOutcome> {
    validateTopicName(request.topic);
    const now = this.engine.now();
    const policy = await this.engine.authenticator.policyOf(tenantId, '');
    const accepted = this.engine.namespace(tenantId).publish({
      topic: request.topic,
      payload: request.payload,
      qos: request.qos,
      retain: request.retain,
      forwardedProperties: request.forwardedProperties ?? Buffer.alloc(0),
      publishedAt: now,
      expiresAt: expiresAt(request.messageExpiryInterval, policy, now),
      publisherSessionId: 0,
    });
    if (accepted === 'queue-full') throw queueFull();
    const { message, delivered, filters } = accepted;
    if (request.outboxId !== undefined) {
      this.engine.journal.takeFromOutbox(request.outboxId);
      await this.engine.journal.committed();
    }
    await new Promise<void>((resolve) => message.whenAccepted(resolve));
    return { delivered, filters };
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

function summarize(session: Session): SessionSummary {
  const { connection } = session;
  return {
    clientId: session.clientId,
    state: connection === null ? 'offline' : 'online',
    username: session.username,
    protocolVersion: session.protocolVersion,
    remoteAddress: connection?.remoteAddress ?? null,
    createdAt: session.createdAt,
    connectedAt: session.connectedAt,
    disconnectedAt: session.disconnectedAt,
    sessionExpirySeconds: session.expirySeconds,
    expiresAt: session.expiresAt,
    subscriptionCount: session.subscriptions.size,
    ...kept(session.policy, session),
    maxQueuedMessages: session.policy.maxQueuedMessages,
    maxQueuedBytes: session.policy.maxQueuedBytes,
    inflightMessages: session.inflight.size,
    droppedMessages: session.droppedMessages,
  };
}

/** What of a queue is not to be dropped when it is next looked at. */
function kept(
  { overflow, maxQueuedMessages, maxQueuedBytes }: Policy,
  { queuedMessages, queuedBytes }: { queuedMessages: number; queuedBytes: number },
) {
  if (overflow === 'reject-publisher') return { queuedMessages, queuedBytes };
  return {
    queuedMessages: Math.min(queuedMessages, maxQueuedMessages),
    queuedBytes: Math.min(queuedBytes, maxQueuedBytes),
  };
}

function detail(session: Session): SessionDetail {
  const { will, policy } = session;
  return {
    ...summarize(session),
    cleanStart: session.cleanStart,
    keepAliveSeconds: session.keepAliveSeconds,
    receiveMaximum: session.connection?.sendWindow ?? policy.maxInflight,
    subscriptions: [...session.subscriptions.values()].map((subscription) => ({
      topicFilter: subscription.topicFilter,
      qos: subscription.qos,
      noLocal: subscription.noLocal,
      retainAsPublished: subscription.retainAsPublished,
      retainHandling: subscription.retainHandling,
      subscriptionIdentifier: subscription.identifier === 0 ? null : subscription.identifier,
      queuedMessages: depthOf(subscription.cursor),
    })),
    will: will && {
      topic: will.publication.topic,
      qos: will.publication.qos,
      retain: will.publication.retain,
      delaySeconds: will.delaySeconds,
    },
  };
}

function depthOf(cursor: Cursor | null): number {
  return cursor?.depth ?? 0;
}

function isWanted(session: SessionSummary, { state, q, username, absentBefore }: SessionQuery): boolean {
  if (state !== undefined && session.state !== state) return false;
  if (username !== undefined && session.username !== username) return false;
  if (absentBefore !== undefined && (session.disconnectedAt ?? Infinity) >= absentBefore) return false;
  return q === undefined || session.clientId.toLowerCase().includes(q.toLowerCase());
}

interface Position {
  queuedMessages: number;
  clientId: string;
}

/** A session with its place in a list: by its depth as the store knows it, of which the summary may show less. */
interface PlacedSummary extends Position {
  summary: SessionSummary;
}

function placed(summary: SessionSummary, queuedMessages = summary.queuedMessages): PlacedSummary {
  return { clientId: summary.clientId, queuedMessages, summary };
}

function byClientId(a: Position, b: Position): number {
  return a.clientId < b.clientId ? -1 : a.clientId > b.clientId ? 1 : 0;
}

function deepestFirst(a: Position, b: Position): number {
  return b.queuedMessages - a.queuedMessages || byClientId(a, b);
}

function encodePosition({ queuedMessages, clientId }: Position): string {
  return Buffer.from(JSON.stringify([queuedMessages, clientId])).toString('base64url');
}

/** @returns undefined for anything that `encodePosition` did not make: the list begins at its start */
function decodePosition(text: string): Position | undefined {
  try {
    const [queuedMessages, clientId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (typeof queuedMessages !== 'number' || typeof clientId !== 'string') return undefined;
    return { queuedMessages, clientId };
  } catch {
    return undefined;
  }
}

function sum<Field extends 'queuedMessages' | 'queuedBytes'>(
  sessions: SessionSummary[],
  field: Field,
): number {
  return sessions.reduce((total, session) => total + session[field], 0);
}
