import { Inject, Injectable } from '@nestjs/common';
import type { Inspection, Policy as PolicySettings } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import type {
  CreatePolicy,
  DryRunPolicy,
  PolicyDryRun,
  PolicyList,
  PolicyView,
  UpdatePolicy,
} from './policies.dto.ts';
import { dryRun } from './policy-dry-run.ts';
import { toPolicyView } from './policy-in-force.ts';
import { checkSettings, checkTogether, policyOf } from './policy-settings.ts';

type Policy = Prisma.PolicyGetPayload<object>;

/**
 * A change binds connected sessions at once, and absent ones as soon as somebody looks at them; what clients were told
 * when they connected, from their next connection.
 */
@Injectable()
export class PoliciesService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async create(
    caller: Caller,
    slug: string,
    { name, isDefault, settings }: CreatePolicy,
  ): Promise<PolicyView> {
    const tenant = await this.access.require(caller, slug, 'policies:write');
    const { id: tenantId } = tenant;
    const checked = checkSettings(settings ?? {});
    checkTogether(checked);
    try {
      const created = await this.prisma.$transaction(async (tx) => {
        if (isDefault) await tx.policy.updateMany({ where: { tenantId }, data: { isDefault: false } });
        const data = { tenantId, name, isDefault: isDefault ?? false };
        const policy = await tx.policy.create({
          data: { ...data, settings: checked as Prisma.InputJsonObject },
        });
        const after = toPolicyView(policy);
        await this.audit.record(caller, { tenant, action: 'policy.create', target: name, after }, tx);
        return after;
      });
      await this.changed(tenant);
      return created;
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomainError('policy-exists', `There is a policy "${name}" already`);
      throw error;
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<PolicyList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'policies:read');
    const where = { tenantId, ...(after === undefined ? {} : { name: { gt: after } }) };
    const rows = await this.prisma.policy.findMany({ where, orderBy: { name: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ name }) => name, toPolicyView);
  }

  async get(caller: Caller, slug: string, name: string): Promise<PolicyView> {
    return toPolicyView(await this.find(await this.access.require(caller, slug, 'policies:read'), name));
  }

  async update(
    caller: Caller,
    slug: string,
    name: string,
    { isDefault, settings }: UpdatePolicy,
  ): Promise<PolicyView> {
    const tenant = await this.access.require(caller, slug, 'policies:write');
    const present = await this.find(tenant, name);
    if (isDefault === false && present.isDefault) {
      throw new DomainError('invalid-request', 'Make another policy the default instead', [
        { path: 'isDefault', message: 'a tenant always has a default policy' },
      ]);
    }
    const merged = this.merge(present, settings ?? {});
    const updated = await this.prisma.$transaction(async (tx) => {
      const { tenantId } = present;
      if (isDefault) await tx.policy.updateMany({ where: { tenantId }, data: { isDefault: false } });
      const policy = await tx.policy.update({
        where: { id: present.id },
        data: { isDefault, settings: merged as Prisma.InputJsonObject },
      });
      const [before, after] = [toPolicyView(present), toPolicyView(policy)];
      await this.audit.record(caller, { tenant, action: 'policy.update', target: name, before, after }, tx);
      return after;
    });
    await this.changed(tenant);
    return updated;
  }

  async dryRun(
    caller: Caller,
    slug: string,
    name: string,
    { settings, isDefault }: DryRunPolicy,
  ): Promise<PolicyDryRun> {
    const tenant = await this.access.require(caller, slug, 'policies:write');
    const present = await this.find(tenant, name);
    const merged = this.merge(present, settings ?? {});
    const { policyIdOf } = await this.assignments(tenant, isDefault ? present.id : undefined);
    const isUnder = (username: string) => policyIdOf(username) === present.id;
    return dryRun(this.inspection, tenant.id, isUnder, policyOf(merged));
  }

  async delete(caller: Caller, slug: string, name: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'policies:write');
    const present = await this.find(tenant, name);
    const users = await this.prisma.credential.count({ where: { policyId: present.id } });
    if (present.isDefault) throw new DomainError('policy-in-use', `"${name}" is the default policy`);
    if (users > 0) throw new DomainError('policy-in-use', `"${name}" is the policy of ${users} credentials`);
    await this.prisma.$transaction(async (tx) => {
      await tx.policy.delete({ where: { id: present.id } });
      const before = toPolicyView(present);
      await this.audit.record(caller, { tenant, action: 'policy.delete', target: name, before }, tx);
    });
    this.directory.changed();
  }

  /** @throws DomainError `invalid-request` */
  private merge(present: Policy, settings: Record<string, unknown>): Partial<PolicySettings> {
    const merged = { ...(present.settings as Partial<PolicySettings>), ...checkSettings(settings) };
    checkTogether(merged);
    return merged;
  }

  private async changed(tenant: Tenant): Promise<void> {
    this.directory.changed();
    const { policies, policyIdOf } = await this.assignments(tenant);
    const settings = new Map(policies.map((policy) => [policy.id, policyOf(policy.settings)]));
    await this.inspection.changePolicies(tenant.id, (username) => settings.get(policyIdOf(username)));
  }

  /** Which of a tenant's policies each credential is under, by identifier. `defaultId`: as if that were the default */
  private async assignments({ id: tenantId }: Tenant, defaultId?: number) {
    const [policies, credentials] = await Promise.all([
      this.prisma.policy.findMany({ where: { tenantId } }),
      this.prisma.credential.findMany({
        where: { tenantId, policyId: { not: null } },
        select: { username: true, policyId: true },
      }),
    ]);
    const own = new Map(credentials.map(({ username, policyId }) => [username, policyId!]));
    const byDefault = defaultId ?? policies.find(({ isDefault }) => isDefault)!.id;
    return { policies, policyIdOf: (username: string) => own.get(username) ?? byDefault };
  }

  private async find({ id: tenantId }: Tenant, name: string): Promise<Policy> {
    const found = await this.prisma.policy.findUnique({ where: { tenantId_name: { tenantId, name } } });
    if (found === null) throw new DomainError('policy-not-found', `There is no policy "${name}"`);
    return found;
  }
}
