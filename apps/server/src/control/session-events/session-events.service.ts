import { Inject, Injectable } from '@nestjs/common';
import type { Prisma, PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { mayDo } from '../permissions.ts';
import { PRISMA, SESSION_EVENTS } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { SessionEventKeeper } from './session-event-keeper.ts';
import { readEvents } from './session-event-rows.ts';
import type { SessionEventDetail, SessionEventKind } from './session-events.ts';
import type { SessionEventList, SessionEventView } from './session-events.dto.ts';

/** What has happened to sessions, and to earlier ones of their client identifiers. */
@Injectable()
export class SessionEventsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(SESSION_EVENTS) private readonly keeper: SessionEventKeeper,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  /** The newest first, what has just happened included; also when the session is no more. */
  async list(
    caller: Caller,
    slug: string,
    clientId: string,
    { limit, after }: PageQuery,
  ): Promise<SessionEventList> {
    const { id: tenantId, role } = await this.access.require(caller, slug, 'sessions:read');
    await this.keeper.flush();
    const before = after === undefined ? undefined : idOf(after);
    const rows = await readEvents(this.prisma, { tenantId, clientId }, { before, limit: limit + 1 });
    const mayKnowWho = mayDo(role, 'audit:read');
    return toPage(
      rows,
      limit,
      ({ id }) => String(id),
      (row) => toView(row, mayKnowWho),
    );
  }

  /** Somebody has done something to a session or its queue; the audit has it too. */
  record(
    { name: actor }: Caller,
    { id }: { id: number },
    clientId: string,
    kind: SessionEventKind,
    detail: SessionEventDetail = {},
  ): void {
    this.keeper.add(id, { clientId, at: Date.now(), kind, detail: { ...detail, actor } });
  }
}

/** Anything that is not an identifier of ours comes before all. */
function idOf(text: string): bigint {
  return /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
}

const NOTHING: Required<SessionEventDetail> = {
  ...{ username: null, actor: null, remoteAddress: null, takenOverBy: null, transport: null },
  ...{ protocolVersion: null, sessionPresent: null, by: null, reasonCode: null, reason: null },
  ...{ isSessionKept: null, queuedMessages: null, queuedBytes: null, messages: null },
  ...{ topicFilter: null, fromClientId: null, toClientId: null, to: null },
};

function toView(row: Prisma.SessionEventGetPayload<object>, mayKnowWho: boolean): SessionEventView {
  const { id, at, kind } = row;
  const detail = row.detail as SessionEventDetail;
  const view = {
    id: String(id),
    at: at.toISOString(),
    kind: kind as SessionEventKind,
    ...NOTHING,
    ...detail,
  };
  return mayKnowWho ? view : { ...view, actor: null };
}
