import { Inject, Injectable } from '@nestjs/common';
import { giveWay } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { leastRoleFor, mayDo, type Permission, type Role, type TenantRole } from '../permissions.ts';
import { PRISMA } from '../providers.ts';
import { Remembered } from '../remembered.ts';

const MAX_REMEMBERED = 1_000;

export type Tenant = Prisma.TenantGetPayload<object>;

/** A tenant, and the role that the caller has in it. */
export type TenantInRole = Tenant & { role: Role };

/** Decides whether a caller may do a thing. Every operation of every service begins here. */
@Injectable()
export class TenantsAccess {
  /** By slug: nearly every request asks for one, and they hardly ever change. */
  private readonly tenants = new Remembered<Tenant | null>(MAX_REMEMBERED);

  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /**
   * The tenant, for a caller who may do this to it.
   *
   * @throws DomainError `tenant-not-found` also to whoever has no role in it; `not-permitted`
   */
  async require(caller: Caller, slug: string, permission: Permission): Promise<TenantInRole> {
    const tenant = await this.find(slug);
    const role = tenant && (await this.roleIn(tenant.id, caller));
    if (tenant === null || role === null)
      throw new DomainError('tenant-not-found', `There is no tenant "${slug}"`);
    refuseUnless(role, permission);
    if (tenant.deletingSince !== null && permission !== 'tenant:read' && permission !== 'sessions:read')
      throw new DomainError('tenant-deleting', `The tenant "${slug}" is being deleted`);
    await giveWay();
    return { ...tenant, role };
  }

  private find(slug: string): Promise<Tenant | null> {
    const read = () => this.prisma.tenant.findUnique({ where: { slug } });
    return this.tenants.get(slug, read, (tenant) => tenant !== null);
  }

  private async roleIn(
    tenantId: number,
    { isPlatformAdmin, keyScope, person }: Caller,
  ): Promise<Role | null> {
    if (isPlatformAdmin) return 'platform-admin';
    if (keyScope !== null) return keyScope.tenantId === tenantId ? keyScope.role : null;
    if (person === null) return null;
    const where = { tenantId_personId: { tenantId, personId: person.id } };
    const member = await this.prisma.member.findUnique({ where });
    return (member?.role as TenantRole | undefined) ?? null;
  }

  /** To be called whenever a tenant has changed, or may have, or is gone. */
  changed(slug: string): void {
    this.tenants.delete(slug);
  }

  /**
   * Where an operation takes place that tenants and the platform have alike.
   *
   * @param slug - null: the platform as a whole, which is its administrators'
   * @returns the tenant; null: the platform
   * @throws DomainError as `require` does
   */
  async scope(caller: Caller, slug: string | null, permission: Permission): Promise<TenantInRole | null> {
    if (slug !== null) return this.require(caller, slug, permission);
    this.permit(caller, 'platform:manage');
    return null;
  }

  /** @throws DomainError `not-permitted` */
  permit(caller: Caller, permission: Permission): void {
    refuseUnless(caller.isPlatformAdmin ? 'platform-admin' : 'viewer', permission);
  }

  /** Those tenants that a caller has a role in. */
  visibleTo({ isPlatformAdmin, keyScope, person }: Caller): Prisma.TenantWhereInput {
    if (isPlatformAdmin) return {};
    if (keyScope !== null) return { id: keyScope.tenantId };
    return { members: { some: { personId: person?.id ?? '' } } };
  }
}

function refuseUnless(role: Role, permission: Permission): void {
  if (mayDo(role, permission)) return;
  throw new DomainError('not-permitted', `This takes the role ${leastRoleFor(permission)}; yours is ${role}`);
}
