import { Inject, Injectable } from '@nestjs/common';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { isAtLeast, type TenantRole } from '../permissions.ts';
import { PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import type {
  AdministratorList,
  AdministratorView,
  MemberList,
  MemberView,
  UpdateMember,
} from './members.dto.ts';

type Member = Prisma.MemberGetPayload<{ include: { person: true } }>;
type Person = Prisma.PersonGetPayload<object>;
type Database = Pick<PrismaClient, 'member' | 'person'>;

/** Who belongs to a tenant, and who to the platform. */
@Injectable()
export class MembersService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<MemberList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'members:read');
    const rows = await this.prisma.member.findMany({
      where: { tenantId, personId: after === undefined ? undefined : { gt: after } },
      include: { person: true },
      orderBy: { personId: 'asc' },
      take: limit + 1,
    });
    return toPage(rows, limit, ({ personId }) => personId, toView);
  }

  async update(caller: Caller, slug: string, id: string, { role }: UpdateMember): Promise<MemberView> {
    const tenant = await this.access.require(caller, slug, 'members:write');
    const present = await this.require(tenant, id);
    if (!isAtLeast(tenant.role, role))
      throw new DomainError('not-permitted', `Nobody can be given a greater role than yours: ${tenant.role}`);
    return this.prisma.$transaction(async (tx) => {
      await oneAfterTheOther(tx, tenant);
      const updated = await tx.member.update({
        where: keyOf(present),
        data: { role },
        include: { person: true },
      });
      await refuseWithoutOwner(tx, present);
      const view = toView(updated);
      const change = {
        tenant,
        action: 'member.update',
        target: view.email,
        before: toView(present),
        after: view,
      };
      await this.audit.record(caller, change, tx);
      return view;
    });
  }

  /** Anybody may leave; others are sent away by whoever manages members. */
  async delete(caller: Caller, slug: string, id: string): Promise<void> {
    const isOwn = caller.person?.id === id;
    const tenant = await this.access.require(caller, slug, isOwn ? 'tenant:read' : 'members:write');
    const present = await this.require(tenant, id);
    await this.prisma.$transaction(async (tx) => {
      await oneAfterTheOther(tx, tenant);
      await tx.member.delete({ where: keyOf(present) });
      await refuseWithoutOwner(tx, present);
      const before = toView(present);
      await this.audit.record(caller, { tenant, action: 'member.delete', target: before.email, before }, tx);
    });
  }

  private async require({ id: tenantId }: Tenant, personId: string): Promise<Member> {
    const where = { tenantId_personId: { tenantId, personId } };
    const found = await this.prisma.member.findUnique({ where, include: { person: true } });
    if (found === null) throw new DomainError('member-not-found', 'There is no such member');
    return found;
  }

  async listAdministrators(caller: Caller, { limit, after }: PageQuery): Promise<AdministratorList> {
    this.access.permit(caller, 'platform:manage');
    const where = { isPlatformAdmin: true, id: after === undefined ? undefined : { gt: after } };
    const rows = await this.prisma.person.findMany({ where, orderBy: { id: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ id }) => id, toAdministrator);
  }

  /** The person stays, with whatever tenants they are a member of. */
  async deleteAdministrator(caller: Caller, id: string): Promise<void> {
    this.access.permit(caller, 'platform:manage');
    const present = await this.prisma.person.findFirst({ where: { id, isPlatformAdmin: true } });
    if (present === null) throw new DomainError('member-not-found', 'There is no such administrator');
    await this.prisma.$transaction(async (tx) => {
      // Two who take each other's part away do so one after the other.
      await tx.$queryRaw`SELECT FROM person WHERE is_platform_admin ORDER BY id FOR UPDATE`;
      await tx.person.update({ where: { id }, data: { isPlatformAdmin: false } });
      if ((await tx.person.count({ where: { isPlatformAdmin: true } })) === 0)
        throw new DomainError('last-owner', 'Somebody must be left who administers the platform');
      const before = toAdministrator(present);
      const change = { tenant: null, action: 'administrator.delete', target: before.email, before };
      await this.audit.record(caller, change, tx);
    });
  }
}

function keyOf({ tenantId, personId }: Member) {
  return { tenantId_personId: { tenantId, personId } };
}

/** Two owners who send each other away at the same time would leave none. */
async function oneAfterTheOther(tx: Prisma.TransactionClient, { id }: Tenant): Promise<void> {
  await tx.$queryRaw`SELECT FROM tenant WHERE id = ${id} FOR NO KEY UPDATE`;
}

/** Whoever was an owner must leave one behind. */
async function refuseWithoutOwner(tx: Database, { tenantId, role }: Member): Promise<void> {
  if (role !== 'owner') return;
  const owners = await tx.member.count({ where: { tenantId, role: 'owner' satisfies TenantRole } });
  if (owners === 0) throw new DomainError('last-owner', 'A tenant that has an owner keeps one');
}

function toView({ personId, role, createdAt, person }: Member): MemberView {
  const { email, name } = person;
  return { id: personId, email, name, role, since: createdAt.toISOString() };
}

function toAdministrator({ id, email, name, createdAt }: Person): AdministratorView {
  return { id, email, name, since: createdAt.toISOString() };
}
