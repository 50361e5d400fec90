import { Inject, Injectable } from '@nestjs/common';
import { type Policy as PolicySettings } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import { type Caller } from '../access.ts';
import { type CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, isUniqueViolation, PRISMA } from '../providers.ts';
import { TenantsService } from '../tenants/tenants.service.ts';
import { type CreatePolicy, type PolicyList, type PolicyView, type UpdatePolicy } from './policies.dto.ts';
import { checkSettings, checkTogether, policyOf } from './policy-settings.ts';

type Policy = Prisma.PolicyGetPayload<object>;

/** What is changed binds clients from their next connection. */
@Injectable()
export class PoliciesService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TenantsService) private readonly tenants: TenantsService,
  ) {}

  async create(
    caller: Caller,
    slug: string,
    { name, isDefault, settings }: CreatePolicy,
  ): Promise<PolicyView> {
    const { id: tenantId } = await this.tenants.require(caller, slug);
    const checked = checkSettings(settings ?? {});
    checkTogether(checked);
    try {
      const created = await this.prisma.$transaction(async (tx) => {
        if (isDefault) await tx.policy.updateMany({ where: { tenantId }, data: { isDefault: false } });
        return tx.policy.create({
          data: {
            tenantId,
            name,
            isDefault: isDefault ?? false,
            settings: checked as Prisma.InputJsonObject,
          },
        });
      });
      this.directory.changed();
      return toView(created);
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomainError('policy-exists', `There is a policy "${name}" already`);
      throw error;
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<PolicyList> {
    const { id: tenantId } = await this.tenants.require(caller, slug);
    const where = { tenantId, ...(after === undefined ? {} : { name: { gt: after } }) };
    const rows = await this.prisma.policy.findMany({ where, orderBy: { name: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ name }) => name, toView);
  }

  async get(caller: Caller, slug: string, name: string): Promise<PolicyView> {
    return toView(await this.require(caller, slug, name));
  }

  async update(
    caller: Caller,
    slug: string,
    name: string,
    { isDefault, settings }: UpdatePolicy,
  ): Promise<PolicyView> {
    const present = await this.require(caller, slug, name);
    if (isDefault === false && present.isDefault) {
      throw new DomainError('invalid-request', 'Make another policy the default instead', [
        { path: 'isDefault', message: 'a tenant always has a default policy' },
      ]);
    }
    const merged = { ...(present.settings as Partial<PolicySettings>), ...checkSettings(settings ?? {}) };
    checkTogether(merged);
    const updated = await this.prisma.$transaction(async (tx) => {
      const { tenantId } = present;
      if (isDefault) await tx.policy.updateMany({ where: { tenantId }, data: { isDefault: false } });
      return tx.policy.update({
        where: { id: present.id },
        data: { isDefault, settings: merged as Prisma.InputJsonObject },
      });
    });
    this.directory.changed();
    return toView(updated);
  }

  async delete(caller: Caller, slug: string, name: string): Promise<void> {
    const present = await this.require(caller, slug, name);
    const users = await this.prisma.credential.count({ where: { policyId: present.id } });
    if (present.isDefault) throw new DomainError('policy-in-use', `"${name}" is the default policy`);
    if (users > 0) throw new DomainError('policy-in-use', `"${name}" is the policy of ${users} credentials`);
    await this.prisma.policy.delete({ where: { id: present.id } });
    this.directory.changed();
  }

  private async require(caller: Caller, slug: string, name: string): Promise<Policy> {
    const { id: tenantId } = await this.tenants.require(caller, slug);
    const found = await this.prisma.policy.findUnique({ where: { tenantId_name: { tenantId, name } } });
    if (found === null) throw new DomainError('policy-not-found', `There is no policy "${name}"`);
    return found;
  }
}

function toView({ name, isDefault, settings }: Policy): PolicyView {
  return { name, isDefault, settings: policyOf(settings) };
}
