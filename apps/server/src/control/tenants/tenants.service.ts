import { Inject, Injectable } from '@nestjs/common';
import { type Inspection, NO_QUOTAS, type Quotas } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { type CredentialDirectory, NOTHING } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { permissionsOf } from '../permissions.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import type { UsageView } from './quotas.dto.ts';
import { changed, quotasOf, usageOf } from './quotas.ts';
import { TenantRemover } from './tenant-remover.ts';
import { type Tenant, TenantsAccess } from './tenants-access.ts';
import type {
  CreateTenant,
  OverviewView,
  PermissionsView,
  TenantList,
  TenantView,
  UpdateTenant,
} from './tenants.dto.ts';

@Injectable()
export class TenantsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly credentials: CredentialDirectory,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(TenantRemover) private readonly remover: TenantRemover,
  ) {}

  /** Makes a tenant with its default policy. */
  async create(caller: Caller, { slug, name, quotas }: CreateTenant): Promise<TenantView> {
    this.access.permit(caller, 'platform:manage');
    const policies = { create: { name: 'default', isDefault: true, settings: {} } };
    const data = { slug, name: name ?? slug, quotas: stored(changed(NO_QUOTAS, quotas ?? {})), policies };
    try {
      const created = await this.prisma.$transaction(async (tx) => {
        const tenant = await tx.tenant.create({ data });
        const after = toView(tenant);
        await this.audit.record(caller, { tenant, action: 'tenant.create', target: slug, after }, tx);
        return tenant;
      });
      this.inspection.setQuotas(created.id, quotasOf(created.quotas));
      return toView(created);
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomainError('tenant-exists', `There is a tenant "${slug}" already`);
      throw error;
    }
  }

  /** Those that the caller has a role in. */
  async list(caller: Caller, { limit, after }: PageQuery): Promise<TenantList> {
    const where = { ...this.access.visibleTo(caller), slug: after === undefined ? undefined : { gt: after } };
    const rows = await this.prisma.tenant.findMany({ where, orderBy: { slug: 'asc' }, take: limit + 1 });
    const page = toPage(
      rows,
      limit,
      ({ slug }) => slug,
      (tenant) => tenant,
    );
    const counts = await this.inspection.counts(page.items.map(({ id }) => id));
    const items = page.items.map((tenant, index) => {
      const { onlineSessions, offlineSessions, queuedMessages } = counts[index];
      return { ...toView(tenant), onlineSessions, offlineSessions, queuedMessages };
    });
    return { items, next: page.next };
  }

  async get(caller: Caller, slug: string): Promise<TenantView> {
    return toView(await this.access.require(caller, slug, 'tenant:read'));
  }

  /** What the caller may do in it: who shows a way to an operation shows it to those who may go it. */
  async permissions(caller: Caller, slug: string): Promise<PermissionsView> {
    const { role } = await this.access.require(caller, slug, 'tenant:read');
    return { role, permissions: permissionsOf(role) };
  }

  /** Its name and its rules are its owner's affair, its quotas and its suspension are the platform's. */
  async update(
    caller: Caller,
    slug: string,
    { name, accessDefault, quotas, suspended }: UpdateTenant,
  ): Promise<TenantView> {
    const isPlatforms = quotas !== undefined || suspended !== undefined;
    const present = await this.access.require(
      caller,
      slug,
      isPlatforms ? 'platform:manage' : 'tenant:update',
    );
    const suspendedAt =
      suspended === undefined ? undefined : suspended ? (present.suspendedAt ?? new Date()) : null;
    const merged = quotas && stored(changed(quotasOf(present.quotas), quotas));
    const data = { name, accessDefault, quotas: merged, suspendedAt };
    const view = await this.changing(slug, async (tx) => {
      const tenant = await tx.tenant.update({ where: { id: present.id }, data });
      const [before, after] = [toView(present), toView(tenant)];
      await this.audit.record(caller, { tenant, action: 'tenant.update', target: slug, before, after }, tx);
      return after;
    });
    if (quotas !== undefined) this.inspection.setQuotas(present.id, view.quotas);
    if (accessDefault !== undefined) await this.credentials.rulesChanged(present.id);
    if (suspended !== undefined || accessDefault !== undefined) this.credentials.changed();
    // Who has no rules at all is not asked for them: they log in anew, to be asked from now on.
    if (suspended || (accessDefault !== undefined && accessDefault !== present.accessDefault))
      this.inspection.disconnectCredential(
        present.id,
        undefined,
        suspended ? 'The tenant is suspended' : 'What the tenant allows by default was changed',
        ({ authorize }) => (view.accessDefault === 'deny' ? (authorize ?? NOTHING) : authorize),
      );
    return view;
  }

  /** Nobody connects any more, and it goes in the background: what is left of it can be watched until it is gone. */
  async delete(caller: Caller, slug: string): Promise<TenantView> {
    const present = await this.access.require(caller, slug, 'platform:manage');
    const view = await this.changing(slug, async (tx) => {
      const data = { deletingSince: new Date() };
      const tenant = await tx.tenant.update({ where: { id: present.id }, data });
      const before = toView(present);
      await this.audit.record(caller, { tenant, action: 'tenant.delete', target: slug, before }, tx);
      return toView(tenant);
    });
    this.credentials.changed();
    this.inspection.disconnectCredential(present.id, undefined, 'The tenant is being deleted');
    this.remover.wake();
    return view;
  }

  /** In a transaction. One that failed may have been committed all the same, when the answer was lost. */
  private async changing<Result>(
    slug: string,
    change: (tx: Prisma.TransactionClient) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.prisma.$transaction(change);
    } finally {
      this.access.changed(slug);
    }
  }

  async usage(caller: Caller, slug: string): Promise<UsageView> {
    const { id, quotas } = await this.access.require(caller, slug, 'tenant:read');
    return usageOf(await this.inspection.usage(id), quotasOf(quotas));
  }

  async overview(caller: Caller, slug: string): Promise<OverviewView> {
    const { id } = await this.access.require(caller, slug, 'sessions:read');
    return this.inspection.overview(id);
  }
}

function stored(quotas: Quotas): Prisma.InputJsonObject {
  return { ...quotas };
}

function toView({
  slug,
  name,
  accessDefault,
  quotas,
  createdAt,
  suspendedAt,
  deletingSince,
}: Tenant): TenantView {
  return {
    slug,
    name,
    accessDefault: accessDefault as 'allow' | 'deny',
    quotas: quotasOf(quotas),
    createdAt: createdAt.toISOString(),
    suspendedAt: suspendedAt?.toISOString() ?? null,
    deletingSince: deletingSince?.toISOString() ?? null,
  };
}
