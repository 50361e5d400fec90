import { Inject, Injectable } from '@nestjs/common';
import { type Inspection, type SessionDetail, type SessionSummary } from '@restante/broker';
import { type Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { INSPECTION } from '../providers.ts';
import { TenantsService } from '../tenants/tenants.service.ts';
import {
  type InflightList,
  type PurgeResult,
  type SessionDetailView,
  type SessionList,
  type SessionListQuery,
} from './sessions.dto.ts';

@Injectable()
export class SessionsService {
  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(TenantsService) private readonly tenants: TenantsService,
  ) {}

  async list(caller: Caller, slug: string, query: SessionListQuery): Promise<SessionList> {
    const { id } = await this.tenants.require(caller, slug);
    const { items, next } = await this.inspection.listSessions(id, query);
    return { items: items.map(withTimes), next };
  }

  async get(caller: Caller, slug: string, clientId: string): Promise<SessionDetailView> {
    const { id } = await this.tenants.require(caller, slug);
    return withTimes(present(await this.inspection.getSession(id, clientId), clientId));
  }

  async inflight(caller: Caller, slug: string, clientId: string): Promise<InflightList> {
    const { id } = await this.tenants.require(caller, slug);
    return { items: present(await this.inspection.listInflight(id, clientId), clientId) };
  }

  async disconnect(caller: Caller, slug: string, clientId: string): Promise<void> {
    const { id } = await this.tenants.require(caller, slug);
    if (await this.inspection.disconnect(id, clientId)) return;
    present(await this.inspection.getSession(id, clientId), clientId);
    throw new DomainError('session-offline', `The session "${clientId}" is not online`);
  }

  async delete(caller: Caller, slug: string, clientId: string): Promise<void> {
    const { id } = await this.tenants.require(caller, slug);
    if (!(await this.inspection.deleteSession(id, clientId))) present(undefined, clientId);
  }

  async purge(caller: Caller, slug: string, clientId: string): Promise<PurgeResult> {
    const { id } = await this.tenants.require(caller, slug);
    return present(await this.inspection.purgeQueue(id, clientId), clientId);
  }
}

function present<Found>(found: Found | undefined, clientId: string): Found {
  if (found === undefined) throw new DomainError('session-not-found', `There is no session "${clientId}"`);
  return found;
}

function withTimes<Session extends SessionSummary | SessionDetail>(session: Session) {
  const { createdAt, connectedAt, disconnectedAt, expiresAt } = session;
  return {
    ...session,
    createdAt: new Date(createdAt).toISOString(),
    connectedAt: toTime(connectedAt),
    disconnectedAt: toTime(disconnectedAt),
    expiresAt: toTime(expiresAt),
  };
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
