import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError, type ProblemCode } from '../errors.ts';
import { checkTopicFilter } from '../messages/topic-filter.ts';
import { INSPECTION, PRISMA } from '../providers.ts';
import { SessionEventsService } from '../session-events/session-events.service.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import { toTime } from '../times.ts';
import type { PurgeQuery, PurgeResult, QueueList, QueueListQuery } from './queue.dto.ts';
import { toQueuedView } from './queued-message.ts';
import { toSessionDetailView, toSessionView } from './session-view.ts';
import type { RewindSession, RewoundSession } from './rewind.dto.ts';
import type {
  ChangedSession,
  ChangedSessions,
  ChangeSessions,
  DeleteAbsentSessions,
  DeletedSessions,
  InflightList,
  SessionDetailView,
  SessionList,
  SessionListQuery,
} from './sessions.dto.ts';
import type { TransferQueue, TransferredQueue } from './transfer.dto.ts';

const CHANGED_AT_A_TIME = 20;

@Injectable()
export class SessionsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(SessionEventsService) private readonly events: SessionEventsService,
  ) {}

  async list(caller: Caller, slug: string, query: SessionListQuery): Promise<SessionList> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    const [absentBefore, absentAfter] = [query.absentBefore, query.absentAfter].map(toMs);
    const { items, next } = await this.inspection.listSessions(id, { ...query, absentBefore, absentAfter });
    return { items: items.map(toSessionView), next };
  }

  async get(caller: Caller, slug: string, clientId: string): Promise<SessionDetailView> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    const session = present(await this.inspection.getSession(id, clientId), clientId);
    return toSessionDetailView(this.prisma, id, session);
  }

  async inflight(caller: Caller, slug: string, clientId: string): Promise<InflightList> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    return { items: present(await this.inspection.listInflight(id, clientId), clientId) };
  }

  /** The same with many, some at a time; what becomes of one does not stop the others. */
  async change(
    caller: Caller,
    slug: string,
    { change, clientIds }: ChangeSessions,
  ): Promise<ChangedSessions> {
    await this.access.require(caller, slug, 'sessions:write');
    const items: ChangedSession[] = clientIds.map((clientId) => ({ clientId, code: null }));
    const rest = items.values();
    const changeRest = async () => {
      for (const item of rest) item.code = await this.changeOne(caller, slug, change, item.clientId);
    };
    await Promise.all(Array.from({ length: CHANGED_AT_A_TIME }, changeRest));
    return { items };
  }

  /** Those that a filter leaves; what would be lost with them is told first, if that is all that is asked for. */
  async deleteAbsent(
    caller: Caller,
    slug: string,
    { dryRun = false, ...asked }: DeleteAbsentSessions,
  ): Promise<DeletedSessions> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    if (!asked.q && !asked.username && !asked.absentBefore && !asked.orphans)
      throw new DomainError('invalid-request', 'Say which: by q, username, absentBefore or orphans');
    const filter = { ...asked, absentBefore: toMs(asked.absentBefore) };
    if (dryRun) return { ...(await this.inspection.sumAbsent(tenant.id, filter)), isComplete: true };
    const { deleted, isComplete } = await this.inspection.deleteAbsent(tenant.id, filter);
    const lost = {
      sessions: deleted.length,
      queuedMessages: deleted.reduce((sum, { queuedMessages }) => sum + queuedMessages, 0),
      queuedBytes: deleted.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0),
    };
    for (const session of deleted)
      this.events.record(caller, tenant, session.clientId, 'deleted', lostOf(session));
    if (deleted.length > 0) {
      const before = { ...lost, clientIds: deleted.map(({ clientId }) => clientId) };
      const target = `${deleted.length} sessions`;
      const change = { tenant, action: 'session.delete-absent', target, before, after: { ...asked } };
      await this.audit.record(caller, change);
    }
    return { ...lost, isEstimate: false, isComplete };
  }

  private async changeOne(
    caller: Caller,
    slug: string,
    change: ChangeSessions['change'],
    clientId: string,
  ): Promise<ProblemCode | null> {
    try {
      if (change === 'purge') await this.purge(caller, slug, clientId, {});
      else await this[change](caller, slug, clientId);
      return null;
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }

  async disconnect(caller: Caller, slug: string, clientId: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    if (!(await this.inspection.disconnect(tenant.id, clientId, caller.name))) {
      present(await this.inspection.getSession(tenant.id, clientId), clientId);
      throw new DomainError('session-offline', `The session "${clientId}" is not online`);
    }
    await this.audit.record(caller, { tenant, action: 'session.disconnect', target: clientId });
  }

  async delete(caller: Caller, slug: string, clientId: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    const before = toSessionView(present(await this.inspection.getSession(tenant.id, clientId), clientId));
    if (!(await this.inspection.deleteSession(tenant.id, clientId))) present(undefined, clientId);
    this.events.record(caller, tenant, clientId, 'deleted', lostOf(before));
    await this.audit.record(caller, { tenant, action: 'session.delete', target: clientId, before });
  }

  async queue(caller: Caller, slug: string, clientId: string, query: QueueListQuery): Promise<QueueList> {
    const { id } = await this.access.require(caller, slug, 'messages:read');
    checkTopicFilter(query.topicFilter);
    const { items, next } = present(await this.inspection.listQueue(id, clientId, query), clientId);
    return { items: items.map((item) => toQueuedView(item, query.payloadBytes)), next };
  }

  async purge(
    caller: Caller,
    slug: string,
    clientId: string,
    { topicFilter }: PurgeQuery,
  ): Promise<PurgeResult> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    checkTopicFilter(topicFilter);
    const purged = present(await this.inspection.purgeQueue(tenant.id, clientId, topicFilter), clientId);
    const after = { ...purged, topicFilter: topicFilter ?? null };
    const detail = { messages: purged.purgedMessages, topicFilter };
    this.events.record(caller, tenant, clientId, 'queue-purged', detail);
    await this.audit.record(caller, { tenant, action: 'queue.purge', target: clientId, after });
    return purged;
  }

  async transfer(
    caller: Caller,
    slug: string,
    clientId: string,
    how: 'copy' | 'move',
    { to, topicFilter, after }: TransferQueue,
  ): Promise<TransferredQueue> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    checkTopicFilter(topicFilter);
    const path = 'to';
    const message = 'to is the session itself';
    if (to === clientId) throw new DomainError('invalid-request', message, [{ path, message }]);
    const request = { to, topicFilter, after, isMove: how === 'move' };
    const outcome = await this.inspection.transferQueue(tenant.id, clientId, request);
    const { kind, messages, bytes, next } = outcome;
    if (kind === 'no-source' || kind === 'no-target')
      throw sessionNotFound(kind === 'no-source' ? clientId : to);
    if (kind === 'not-durable')
      throw new DomainError(
        'session-not-durable',
        'Only sessions that outlive their connections have queues',
      );
    if (kind === 'too-much') throw queueLimit(to, messages, bytes);
    const audited = { to, topicFilter: topicFilter ?? null, messages };
    const done = how === 'copy' ? 'queue-copied' : 'queue-moved';
    this.events.record(caller, tenant, clientId, done, { messages, topicFilter, toClientId: to });
    this.events.record(caller, tenant, to, done, { messages, topicFilter, fromClientId: clientId });
    await this.audit.record(caller, { tenant, action: `queue.${how}`, target: clientId, after: audited });
    return { messages, bytes, next };
  }

  async rewind(
    caller: Caller,
    slug: string,
    clientId: string,
    { to, dryRun = false }: RewindSession,
  ): Promise<RewoundSession> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    const request = { to: Date.parse(to), isDryRun: dryRun };
    const outcome = present(await this.inspection.rewind(tenant.id, clientId, request), clientId);
    const { kind, messages, bytes, from, isComplete } = outcome;
    if (kind === 'nothing-kept')
      throw new DomainError(
        kind,
        "The session's policy keeps nothing of what was sent: retentionSeconds is 0",
      );
    if (kind === 'too-much') throw queueLimit(clientId, messages, bytes);
    if (!dryRun) {
      this.events.record(caller, tenant, clientId, 'rewound', { messages, to });
      const after = { to, messages, from: toTime(from), isComplete };
      await this.audit.record(caller, { tenant, action: 'session.rewind', target: clientId, after });
    }
    return { messages, bytes, from: toTime(from), isComplete };
  }

  async deleteQueued(caller: Caller, slug: string, clientId: string, id: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'sessions:write');
    const outcome = present(await this.inspection.deleteQueued(tenant.id, clientId, id), clientId);
    if (outcome === 'not-waiting')
      throw new DomainError('message-not-waiting', 'The message does not wait in this queue (any more)');
    this.events.record(caller, tenant, clientId, 'message-deleted');
    await this.audit.record(caller, { tenant, action: 'queue.delete', target: clientId, before: { id } });
  }
}

function present<Found>(found: Found | undefined, clientId: string): Found {
  if (found === undefined) throw sessionNotFound(clientId);
  return found;
}

function lostOf({ queuedMessages, queuedBytes }: { queuedMessages: number; queuedBytes: number }) {
  return { queuedMessages, queuedBytes };
}

function sessionNotFound(clientId: string): DomainError {
  return new DomainError('session-not-found', `There is no session "${clientId}"`);
}

function queueLimit(clientId: string, messages: number, bytes: number): DomainError {
  const detail = `${messages} messages (${bytes} bytes) do not fit into the queue of "${clientId}"`;
  return new DomainError('queue-limit', detail);
}

function toMs(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
