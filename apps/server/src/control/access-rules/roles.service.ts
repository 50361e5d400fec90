import { Inject, Injectable } from '@nestjs/common';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { checkRules } from './check-rules.ts';
import type { AclRule } from './acl.ts';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, isUniqueViolation, PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import type { CreateRole, RoleList, RoleView, UpdateRole } from './roles.dto.ts';

type Role = Prisma.AccessRoleGetPayload<object>;

/** Access rules that credentials share. A change is in force at once, for whoever is connected too. */
@Injectable()
export class RolesService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async create(caller: Caller, slug: string, { name, rules }: CreateRole): Promise<RoleView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    checkRules(rules, 'rules');
    const data = { tenantId: tenant.id, name, rules: rules as unknown as Prisma.InputJsonArray };
    try {
      const view = await this.prisma.$transaction(async (tx) => {
        const after = toView(await tx.accessRole.create({ data }));
        await this.audit.record(caller, { tenant, action: 'role.create', target: name, after }, tx);
        return after;
      });
      await this.directory.rulesChanged(tenant.id);
      return view;
    } catch (error) {
      if (isUniqueViolation(error)) throw new DomainError('role-exists', `There is a role "${name}" already`);
      throw error;
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<RoleList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'credentials:read');
    const where = { tenantId, name: after === undefined ? undefined : { gt: after } };
    const rows = await this.prisma.accessRole.findMany({ where, orderBy: { name: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ name }) => name, toView);
  }

  async get(caller: Caller, slug: string, name: string): Promise<RoleView> {
    return toView(await this.find(await this.access.require(caller, slug, 'credentials:read'), name));
  }

  async update(caller: Caller, slug: string, name: string, { rules }: UpdateRole): Promise<RoleView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, name);
    checkRules(rules, 'rules');
    const data = { rules: rules as unknown as Prisma.InputJsonArray };
    const view = await this.prisma.$transaction(async (tx) => {
      const updated = await tx.accessRole.update({ where: { id: present.id }, data });
      const [before, after] = [toView(present), toView(updated)];
      await this.audit.record(caller, { tenant, action: 'role.update', target: name, before, after }, tx);
      return after;
    });
    await this.directory.rulesChanged(tenant.id);
    return view;
  }

  async delete(caller: Caller, slug: string, name: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, name);
    await this.prisma.$transaction(async (tx) => {
      const users = await tx.credential.count({ where: { tenantId: tenant.id, roles: { has: name } } });
      if (users > 0) throw new DomainError('role-in-use', `"${name}" is a role of ${users} credentials`);
      await tx.accessRole.delete({ where: { id: present.id } });
      const before = toView(present);
      await this.audit.record(caller, { tenant, action: 'role.delete', target: name, before }, tx);
    });
    await this.directory.rulesChanged(tenant.id);
  }

  private async find({ id: tenantId }: Tenant, name: string): Promise<Role> {
    const found = await this.prisma.accessRole.findUnique({ where: { tenantId_name: { tenantId, name } } });
    if (found === null) throw new DomainError('role-not-found', `There is no role "${name}"`);
    return found;
  }
}

function toView({ name, rules }: Role): RoleView {
  return { name, rules: rules as unknown as AclRule[] };
}
