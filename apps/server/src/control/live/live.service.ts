import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Inspection, Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { checkTopicFilter } from '../messages/topic-filter.ts';
import type { Permission } from '../permissions.ts';
import { INSPECTION, LOG, PRISMA } from '../providers.ts';
import { toQueuedView } from '../sessions/queued-message.ts';
import { toSessionDetailView } from '../sessions/session-view.ts';
import type { SessionDetailView } from '../sessions/sessions.dto.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { OverviewView } from '../tenants/tenants.dto.ts';
import type {
  QueueHead,
  SessionChanges,
  TailedMessages,
  WatchMessages,
  WatchQueue,
  WatchSession,
  WatchSessions,
  WatchTenant,
} from './live.dto.ts';
import { LiveSessions } from './live-sessions.ts';
import { Look, type Seen } from './look.ts';
import { MessageTail } from './message-tail.ts';
import type { Pulled } from './pulled.ts';
import { Rounds } from './rounds.ts';

const MAX_SUBSCRIPTIONS = 5_000;
const MAX_A_TENANT = 1_000;
/** Each may have the names of all sessions to tell. */
const MAX_WATCHING_SESSIONS = 50;
/** Each is shown every message that matches. */
const MAX_TAILS = 20;

/** A subscription that its caller may have. */
export interface Granted<Value> {
  values: Pulled<Seen<Value>>;
  /** Asks again. @throws DomainError when the caller, as they are known now, may not have it any more */
  ask(caller: Caller): Promise<void>;
}

/** What can be watched: each with the permission of the query that tells the same once. */
@Injectable()
export class LiveService implements OnModuleDestroy {
  private readonly rounds = new Rounds();
  /** By tenant. */
  private readonly counts = new Map<number, number>();
  private readonly tails = new Map<number, number>();
  private count = 0;

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  overview(caller: Caller, { tenant }: WatchTenant): Promise<Granted<OverviewView>> {
    return this.grant(caller, tenant, 'sessions:read', (id) =>
      this.look(id, 'overview', () => this.inspection.overview(id)),
    );
  }

  /** null: there is no such session any more. */
  session(caller: Caller, { tenant, clientId }: WatchSession): Promise<Granted<SessionDetailView | null>> {
    return this.grant(caller, tenant, 'sessions:read', async (id) => {
      await this.requireSession(id, clientId);
      return this.look(id, JSON.stringify(['session', clientId]), async () => {
        const session = await this.inspection.getSession(id, clientId);
        return session === undefined ? null : toSessionDetailView(this.prisma, id, session);
      });
    });
  }

  sessions(caller: Caller, { tenant, ...wanted }: WatchSessions): Promise<Granted<SessionChanges>> {
    return this.grant(caller, tenant, 'sessions:read', (id) => {
      const make = () => new LiveSessions(this.inspection, id, this.onFault);
      const sessions = this.rounds.watch(id, 'sessions', make);
      this.rounds.watch(id, 'absent sessions', () => sessions.absent);
      refuseMoreThan(MAX_WATCHING_SESSIONS, sessions.readerCount);
      return sessions.read(wanted);
    });
  }

  /** The head of it. null: there is no such session any more. */
  queue(
    caller: Caller,
    { tenant, clientId, limit, payloadBytes }: WatchQueue,
  ): Promise<Granted<QueueHead | null>> {
    return this.grant(caller, tenant, 'messages:read', async (id) => {
      await this.requireSession(id, clientId);
      const name = JSON.stringify(['queue', clientId, limit, payloadBytes]);
      return this.look(id, name, () => this.queueHead(id, clientId, limit, payloadBytes));
    });
  }

  private async queueHead(
    tenantId: number,
    clientId: string,
    limit: number,
    payloadBytes: number,
  ): Promise<QueueHead | null> {
    const session = await this.inspection.getSession(tenantId, clientId);
    const page = await this.inspection.listQueue(tenantId, clientId, { limit });
    if (session === undefined || page === undefined) return null;
    const { queuedMessages, queuedBytes, maxQueuedMessages, inflightMessages } = session;
    const items = page.items.map((item) => toQueuedView(item, payloadBytes));
    return {
      ...{ queuedMessages, queuedBytes, maxQueuedMessages, inflightMessages },
      items,
      next: page.next,
    };
  }

  /** Every message that is published from now on and that the topic filter matches, or a sample of them. */
  messages(
    caller: Caller,
    { tenant, topicFilter, payloadBytes }: WatchMessages,
  ): Promise<Granted<TailedMessages>> {
    return this.grant(caller, tenant, 'messages:read', (id) => {
      checkTopicFilter(topicFilter);
      refuseMoreThan(MAX_TAILS, this.tails.get(id) ?? 0);
      const tail = new MessageTail(payloadBytes);
      const stop = this.inspection.tail(id, topicFilter, tail.see);
      add(this.tails, id, 1);
      tail.values.whenEnded(() => {
        stop();
        add(this.tails, id, -1);
      });
      // Every tail is its reader's own.
      this.rounds.watch(id, `messages ${++this.count}`, () => tail);
      return Promise.resolve(tail.values);
    });
  }

  private async requireSession(tenantId: number, clientId: string): Promise<void> {
    if ((await this.inspection.getSession(tenantId, clientId)) === undefined)
      throw new DomainError('session-not-found', `There is no session "${clientId}"`);
  }

  /** All who look at the same share it. */
  private look<Value>(
    tenantId: number,
    name: string,
    see: () => Promise<Value>,
  ): Promise<Pulled<Seen<Value>>> {
    return this.rounds.watch(tenantId, name, () => new Look(see, this.onFault)).read();
  }

  private async grant<Value>(
    caller: Caller,
    slug: string,
    permission: Permission,
    open: (tenantId: number) => Promise<Pulled<Seen<Value>>>,
  ): Promise<Granted<Value>> {
    const { id } = await this.access.require(caller, slug, permission);
    refuseMoreThan(MAX_SUBSCRIPTIONS, this.total());
    refuseMoreThan(MAX_A_TENANT, this.counts.get(id) ?? 0);
    add(this.counts, id, 1);
    try {
      const values = await open(id);
      values.whenEnded(() => add(this.counts, id, -1));
      return { values, ask: (now) => this.askAgain(now, slug, permission, id) };
    } catch (error) {
      add(this.counts, id, -1);
      throw error;
    }
  }

  private async askAgain(caller: Caller, slug: string, permission: Permission, id: number): Promise<void> {
    const tenant = await this.access.require(caller, slug, permission);
    // Another one of the same name.
    if (tenant.id !== id) throw new DomainError('tenant-not-found', `The tenant "${slug}" was deleted`);
  }

  private total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  private readonly onFault = (error: Error): void =>
    this.log.debug({ error: error.message }, 'What is watched could not be looked at, and will be again');

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }
}

function refuseMoreThan(limit: number, count: number): void {
  if (count >= limit)
    throw new DomainError('too-many-subscriptions', `There are ${count} subscriptions of this kind already`);
}

function add(counts: Map<number, number>, key: number, count: number): void {
  const sum = (counts.get(key) ?? 0) + count;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
