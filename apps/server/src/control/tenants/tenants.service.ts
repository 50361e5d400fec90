import { Inject, Injectable } from '@nestjs/common';
import { type Inspection } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import { type Caller } from '../access.ts';
import { type CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import {
  type CreateTenant,
  type OverviewView,
  type TenantList,
  type TenantView,
  type UpdateTenant,
} from './tenants.dto.ts';

type Tenant = Prisma.TenantGetPayload<object>;

@Injectable()
export class TenantsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly credentials: CredentialDirectory,
  ) {}

  /** The tenant, for a caller who may see it. */
  async require(_caller: Caller, slug: string): Promise<Tenant> {
    const tenant = await this.prisma.tenant.findUnique({ where: { slug } });
    if (tenant === null) throw new DomainError('tenant-not-found', `There is no tenant "${slug}"`);
    return tenant;
  }

  /** Makes a tenant with its default policy. */
  async create(_caller: Caller, { slug, name, quotas }: CreateTenant): Promise<TenantView> {
    const policies = { create: { name: 'default', isDefault: true, settings: {} } };
    try {
      const data = { slug, name: name ?? slug, quotas: (quotas ?? {}) as Prisma.InputJsonObject, policies };
      return toView(await this.prisma.tenant.create({ data }));
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomainError('tenant-exists', `There is a tenant "${slug}" already`);
      throw error;
    }
  }

  async list(_caller: Caller, { limit, after }: PageQuery): Promise<TenantList> {
    const where = after === undefined ? {} : { slug: { gt: after } };
    const rows = await this.prisma.tenant.findMany({ where, orderBy: { slug: 'asc' }, take: limit + 1 });
    const page = toPage(
      rows,
      limit,
      ({ slug }) => slug,
      (tenant) => tenant,
    );
    return { items: await Promise.all(page.items.map((tenant) => this.withCounts(tenant))), next: page.next };
  }

  private async withCounts(tenant: Tenant) {
    const { onlineSessions, offlineSessions, queuedMessages } = await this.inspection.overview(tenant.id);
    return { ...toView(tenant), onlineSessions, offlineSessions, queuedMessages };
  }

  async get(caller: Caller, slug: string): Promise<TenantView> {
    return toView(await this.require(caller, slug));
  }

  async update(caller: Caller, slug: string, { name, quotas }: UpdateTenant): Promise<TenantView> {
    const { id } = await this.require(caller, slug);
    const data = { name, quotas: quotas as Prisma.InputJsonObject | undefined };
    return toView(await this.prisma.tenant.update({ where: { id }, data }));
  }

  /** Credentials go first, so that nobody connects while the sessions are being deleted. */
  async delete(caller: Caller, slug: string): Promise<void> {
    const { id } = await this.require(caller, slug);
    await this.prisma.credential.deleteMany({ where: { tenantId: id } });
    this.credentials.changed();
    await this.inspection.deleteTenant(id);
    await this.prisma.tenant.delete({ where: { id } });
    this.credentials.changed();
  }

  async overview(caller: Caller, slug: string): Promise<OverviewView> {
    const { id } = await this.require(caller, slug);
    return this.inspection.overview(id);
  }
}

function toView({ slug, name, quotas, createdAt }: Tenant): TenantView {
  return { slug, name, quotas: quotas as Record<string, unknown>, createdAt: createdAt.toISOString() };
}
