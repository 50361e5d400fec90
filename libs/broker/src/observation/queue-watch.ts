import { parseSharedFilter, type SharedFilter } from '@restante/mqtt-codec';
import { giveWay } from '../giving-way.ts';
import { kept } from '../inspection/lists/session-summary.ts';
import {
  ABSENT_TOLD_EVERY_MS,
  FOLLOWERS_A_PAGE,
  LOGS_A_PAGE,
  MAX_WATCHED_QUEUES,
  PAGES_A_LOOK,
  SESSIONS_A_LOOK,
  SESSIONS_A_TURN,
} from '../limits.ts';
import type { DurableFilter } from '../logs/durable-filter.ts';
import type { Message } from '../message.ts';
import type { Namespace } from '../namespace.ts';
import type { Follower, FollowersQuery, Store } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { QueueFill } from './occurrences.ts';
import { QueueLevels } from './queue-levels.ts';
import type { TenantWatch } from './tenant-watch.ts';

/** What came into a log since it was last looked at who follows it. */
interface Appended {
  /** Where it ended before. */
  since: number;
  /** Of the first message. */
  topic: string;
}

/** A pass over those who follow some logs, as far as it has come. */
interface Round {
  logs: { filterId: number; since: number; topic: string }[];
  after: FollowersQuery['after'];
}

/** Who follows one of these logs or several, and what is new there. */
interface Waiting {
  follower: Follower;
  messages: number;
  topic: string;
}

/** An absent client of which was told that messages wait for it. */
interface Told {
  at: number;
  /** What came after that; null: nothing. */
  since: (QueueFill & { clientId: string; username: string; messages: number; topic: string }) | null;
}

/**
 * Looks at the queues of one tenant about once a second, for whoever wants to know how full they are and for which
 * absent clients messages wait. Nothing of it is done when a message is appended, but to note the log: who follows it
 * from afar, the store is asked later, a bounded number of sessions at a time. So it is told some seconds late where
 * very many sessions follow one filter, and not at all of what was there for less than a second.
 */
export class QueueWatch {
  private appended = new Map<DurableFilter, Appended>();
  private round: Round | null = null;
  private online: Iterator<Session> | null = null;
  /** By session, or by the log of a shared group. */
  private readonly levels = new QueueLevels<number | DurableFilter>();
  /** By session. The one told first goes first. */
  private readonly told = new Map<number, Told>();

  constructor(
    private readonly namespace: Namespace,
    /** What is wanted may change. */
    public watch: TenantWatch,
  ) {}

  /** A message has just come into a log. */
  appendedTo(log: DurableFilter, { topic }: Message): void {
    if (!this.appended.has(log)) this.appended.set(log, { since: log.head - 1, topic });
  }

  /** Its client is there: what waits for it is its own affair. */
  returned(session: Session): void {
    this.told.delete(session.id);
  }

  ended(session: Session): void {
    this.told.delete(session.id);
    this.levels.forget(session.id);
  }

  /** Called about once a second, never twice at the same time. Rejects when the store does. */
  async look(store: Pick<Store, 'followers'>): Promise<void> {
    if (this.watch.wants('queue-filled')) await this.lookAtOnline();
    this.round ??= this.beginRound();
    if (this.round !== null) await this.goOn(store, this.round);
    this.tellOverdue();
  }

  private async lookAtOnline(): Promise<void> {
    for (let looked = 0; looked < SESSIONS_A_LOOK; looked++) {
      if (looked > 0 && looked % SESSIONS_A_TURN === 0) await giveWay();
      this.online ??= this.namespace.sessions.values();
      const { value: session, done } = this.online.next();
      if (done) {
        this.online = null;
        return;
      }
      if (session.connection === null) continue;
      const { id, clientId, username, policy } = session;
      this.judgeFill(id, { clientId, username, sharedSubscription: null }, fillOf(policy, session));
    }
  }

  // ---------------------------------------------------------------- absent sessions

  /** null: nothing has come that an absent client could wait for. */
  private beginRound(): Round | null {
    if (this.appended.size === 0) return null;
    const { appended } = this;
    this.appended = new Map();
    const logs: Round['logs'] = [];
    for (const [log, { since, topic }] of appended) {
      if (log.isDeleted) continue;
      const share = log.topicFilter === null ? undefined : parseSharedFilter(log.topicFilter);
      if (share !== undefined) this.lookAtGroup(log, share);
      else if (!isEverybodyThere(log)) logs.push({ filterId: log.id, since, topic });
    }
    return logs.length === 0 ? null : { logs, after: null };
  }

  /** The queue of a shared group is in memory, as far as its depth goes, whoever of its members is there. */
  private lookAtGroup(log: DurableFilter, share: SharedFilter): void {
    const cursor = this.namespace.groups.find(share)?.cursor;
    const limits = cursor?.limits;
    if (!cursor || !limits) return;
    const queue = { queuedMessages: cursor.depth, queuedBytes: cursor.depthBytes };
    const of = { clientId: null, username: null, sharedSubscription: log.topicFilter };
    this.judgeFill(log, of, fillOf(limits, queue));
  }

  /** The next pages of a round. */
  private async goOn(store: Pick<Store, 'followers'>, round: Round): Promise<void> {
    // What was appended must be in the store, to be counted there.
    await this.namespace.engine.journal.committed();
    for (let page = 0; page < PAGES_A_LOOK && round.logs.length > 0; page++) {
      const logs = round.logs.slice(0, LOGS_A_PAGE);
      const query = { logs, after: round.after, limit: FOLLOWERS_A_PAGE };
      const { followers, lookedAt } = await store.followers(query);
      for (const waiting of bySession(followers, logs)) await this.judge(waiting);
      const left = lookedAt && logs.findIndex(({ filterId }) => filterId === lookedAt.filterId);
      round.logs.splice(0, left ?? logs.length);
      round.after = lookedAt;
    }
    if (round.logs.length === 0) this.round = null;
  }

  private async judge({ follower, messages, topic }: Waiting): Promise<void> {
    const { engine, tenantId, sessions } = this.namespace;
    const { sessionId, clientId, username } = follower;
    const fill = fillOf(await engine.authenticator.policyOf(tenantId, username), follower);
    // It may have come back, or gone for good, meanwhile.
    if (sessions.get(clientId)?.connection || this.namespace.isEnding(clientId)) return;
    this.judgeFill(sessionId, { clientId, username, sharedSubscription: null }, fill);
    if (messages > 0) this.noteWaiting(sessionId, { clientId, username, messages, topic, ...fill });
  }

  private noteWaiting(sessionId: number, waiting: NonNullable<Told['since']>): void {
    if (!this.watch.wants('messages-queued')) return;
    const told = this.told.get(sessionId);
    if (told === undefined) {
      this.tellWaiting(sessionId, waiting);
      return;
    }
    const { messages, topic } = told.since ?? { messages: 0, topic: waiting.topic };
    told.since = { ...waiting, messages: messages + waiting.messages, topic };
  }

  private tellWaiting(sessionId: number, waiting: NonNullable<Told['since']>): void {
    const at = this.namespace.engine.now();
    this.watch.tell({ kind: 'messages-queued', at, ...waiting });
    // Those told last are last.
    this.told.delete(sessionId);
    if (this.told.size >= MAX_WATCHED_QUEUES) this.told.delete(this.told.keys().next().value!);
    this.told.set(sessionId, { at, since: null });
  }

  /** What came soon after it had been told. Whoever is still remembered is still absent. */
  private tellOverdue(): void {
    const before = this.namespace.engine.now() - ABSENT_TOLD_EVERY_MS;
    for (const [sessionId, { at, since }] of this.told) {
      if (at > before) return;
      if (since === null) this.told.delete(sessionId);
      else this.tellWaiting(sessionId, since);
    }
  }

  private judgeFill(
    key: number | DurableFilter,
    of: { clientId: string | null; username: string | null; sharedSubscription: string | null },
    fill: QueueFill,
  ): void {
    if (!this.watch.wants('queue-filled')) return;
    const percent = this.levels.reached(key, fill);
    if (percent === null) return;
    this.watch.tell({ kind: 'queue-filled', at: this.namespace.engine.now(), percent, ...of, ...fill });
  }
}

function bySession(followers: Follower[], logs: Round['logs']): Iterable<Waiting> {
  const topics = new Map(logs.map(({ filterId, topic }) => [filterId, topic]));
  const found = new Map<number, Waiting>();
  for (const follower of followers) {
    const before = found.get(follower.sessionId);
    const messages = (before?.messages ?? 0) + follower.newMessages;
    const topic = before?.topic ?? topics.get(follower.filterId)!;
    found.set(follower.sessionId, { follower, messages, topic });
  }
  return found.values();
}

/** All who follow the log are connected. */
function isEverybodyThere({ cursors, cursorCount }: DurableFilter): boolean {
  if (cursors.size < cursorCount) return false;
  for (const { owner } of cursors) if ((owner as Session).connection === null) return false;
  return true;
}

function fillOf(
  limits: Parameters<typeof kept>[0],
  queue: { queuedMessages: number; queuedBytes: number },
): QueueFill {
  const { maxQueuedMessages, maxQueuedBytes } = limits;
  return { ...kept(limits, queue), maxQueuedMessages, maxQueuedBytes };
}
