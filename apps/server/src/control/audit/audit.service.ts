import { Inject, Injectable } from '@nestjs/common';
import type { Prisma, PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { toPage } from '../paging.ts';
import { PRISMA } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type {
  AuditEntryView,
  AuditExportQuery,
  AuditList,
  AuditQuery,
  PlatformAuditExportQuery,
  PlatformAuditFilter,
  PlatformAuditQuery,
} from './audit.dto.ts';
import { FORMATS } from './audit-export.ts';
import { type Change, recordChange } from './record-change.ts';

const EXPORTED_AT_ONCE = 500;

/** Keeps account of every change. */
@Injectable()
export class AuditService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
  ) {}

  /** @param tx where the change itself is made, so that neither is without the other; the database itself otherwise */
  record(caller: Caller, change: Change, tx: Pick<PrismaClient, 'auditEntry'> = this.prisma): Promise<void> {
    return recordChange(tx, caller, change);
  }

  /** What was done to a tenant, the latest first. */
  async list(caller: Caller, slug: string, query: AuditQuery): Promise<AuditList> {
    const { id } = await this.access.require(caller, slug, 'audit:read');
    return this.read({ tenantId: id }, query);
  }

  /** What was done anywhere. */
  async listAll(caller: Caller, query: PlatformAuditQuery): Promise<AuditList> {
    this.access.permit(caller, 'platform:manage');
    return this.read(concerning(query), query);
  }

  /** All of it, the latest first, a page at a time as fast as it is taken. */
  async export(caller: Caller, slug: string, query: AuditExportQuery): Promise<AsyncIterable<string>> {
    const { id } = await this.access.require(caller, slug, 'audit:read');
    return this.lines({ tenantId: id }, query);
  }

  async exportAll(caller: Caller, query: PlatformAuditExportQuery): Promise<AsyncIterable<string>> {
    this.access.permit(caller, 'platform:manage');
    return this.lines(concerning(query), query);
  }

  private async *lines(
    where: Prisma.AuditEntryWhereInput,
    { format, ...filter }: AuditExportQuery,
  ): AsyncIterable<string> {
    const { head, line } = FORMATS[format];
    yield head;
    let after: string | undefined;
    do {
      const { items, next } = await this.read(where, { ...filter, limit: EXPORTED_AT_ONCE, after });
      yield items.map(line).join('');
      after = next ?? undefined;
    } while (after !== undefined);
  }

  private async read(
    where: Prisma.AuditEntryWhereInput,
    { limit, after, action, actor, target, since, until }: AuditQuery,
  ): Promise<AuditList> {
    const rows = await this.prisma.auditEntry.findMany({
      where: {
        ...where,
        id: after === undefined ? undefined : { lt: idOf(after) },
        action: action === undefined ? undefined : { startsWith: action },
        actor,
        target,
        at: { gte: since, lte: until },
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(rows, limit, ({ id }) => String(id), toView);
  }
}

/** By slug, which is kept when the tenant is gone. */
function concerning({ tenant, concerns }: PlatformAuditFilter): Prisma.AuditEntryWhereInput {
  const whom = { platform: { tenantSlug: null }, tenants: { tenantSlug: { not: null } } };
  return { AND: [{ tenantSlug: tenant }, concerns === undefined ? {} : whom[concerns]] };
}

/** Anything that is not an identifier of ours comes before all. */
function idOf(text: string): bigint {
  return /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
}

function toView(entry: Prisma.AuditEntryGetPayload<object>): AuditEntryView {
  const { id, at, tenantSlug, actorKind, actor, remoteAddress, action, target, before, after } = entry;
  return {
    id: String(id),
    at: at.toISOString(),
    tenant: tenantSlug,
    ...{ actorKind, actor, remoteAddress, action, target },
    before: before as object | null,
    after: after as object | null,
  };
}
