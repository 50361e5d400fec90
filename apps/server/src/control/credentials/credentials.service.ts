import { Inject, Injectable } from '@nestjs/common';
import { type Inspection } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import { validateTopicFilter } from '@restante/mqtt-codec';
import { generateSecret } from '../../secrets.ts';
import { type Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import { type AclRule } from './acl.ts';
import { type CredentialDirectory } from './credential-directory.ts';
import {
  type CreateCredential,
  type CredentialList,
  type CredentialView,
  type IssuedCredential,
  type UpdateCredential,
} from './credentials.dto.ts';
import { storedSecret } from './stored-secret.ts';

type Credential = Prisma.CredentialGetPayload<{ include: { policy: true; tenant: true } }>;
const WITH_NAMES = { policy: true, tenant: true } as const;

@Injectable()
export class CredentialsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  /** Issues a credential; its secret is in the answer and nowhere else. */
  async create(caller: Caller, slug: string, body: CreateCredential): Promise<IssuedCredential> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const { username, enabled } = body;
    const password = generateSecret();
    const data = { ...(await this.changesOf(tenant.id, body)), tenantId: tenant.id, username, enabled };
    const secret = await storedSecret(password);
    try {
      const view = await this.prisma.$transaction(async (tx) => {
        const created = await tx.credential.create({ data: { ...data, ...secret }, include: WITH_NAMES });
        const after = toView(created);
        await this.audit.record(caller, { tenant, action: 'credential.create', target: username, after }, tx);
        return after;
      });
      this.directory.changed();
      return { ...view, password };
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomainError('credential-exists', `There is a credential "${username}" already`);
      throw error;
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<CredentialList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'credentials:read');
    const where = { tenantId, ...(after === undefined ? {} : { username: { gt: after } }) };
    const rows = await this.prisma.credential.findMany({
      where,
      include: WITH_NAMES,
      orderBy: { username: 'asc' },
      take: limit + 1,
    });
    return toPage(rows, limit, ({ username }) => username, toView);
  }

  async get(caller: Caller, slug: string, username: string): Promise<CredentialView> {
    return toView(await this.find(await this.access.require(caller, slug, 'credentials:read'), username));
  }

  /** What was changed binds at once: live connections are closed and log in anew. */
  async update(
    caller: Caller,
    slug: string,
    username: string,
    body: UpdateCredential,
  ): Promise<CredentialView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, username);
    const data = { ...(await this.changesOf(tenant.id, body)), enabled: body.enabled };
    const view = await this.write(caller, tenant, present, 'credential.update', data);
    if (body.policy !== undefined || body.acl !== undefined || body.enabled !== undefined)
      this.changed(tenant.id, username);
    return view;
  }

  /** A new secret in place of the old one. */
  async rotate(caller: Caller, slug: string, username: string): Promise<IssuedCredential> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, username);
    const password = generateSecret();
    const data = { ...(await storedSecret(password)), rotatedAt: new Date() };
    const view = await this.write(caller, tenant, present, 'credential.rotate', data);
    this.changed(tenant.id, username);
    return { ...view, password };
  }

  async delete(caller: Caller, slug: string, username: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, username);
    await this.prisma.$transaction(async (tx) => {
      await tx.credential.delete({ where: { id: present.id } });
      const change = { tenant, action: 'credential.delete', target: username, before: toView(present) };
      await this.audit.record(caller, change, tx);
    });
    this.changed(tenant.id, username);
  }

  private write(
    caller: Caller,
    tenant: Tenant,
    present: Credential,
    action: string,
    data: Prisma.CredentialUncheckedUpdateInput,
  ): Promise<CredentialView> {
    return this.prisma.$transaction(async (tx) => {
      const updated = await tx.credential.update({ where: { id: present.id }, data, include: WITH_NAMES });
      const [before, after] = [toView(present), toView(updated)];
      await this.audit.record(caller, { tenant, action, target: present.username, before, after }, tx);
      return after;
    });
  }

  private changed(tenantId: number, username: string): void {
    this.directory.changed();
    this.inspection.disconnectCredential(tenantId, username);
  }

  private async find({ id: tenantId }: Tenant, username: string): Promise<Credential> {
    const where = { tenantId_username: { tenantId, username } };
    const found = await this.prisma.credential.findUnique({ where, include: WITH_NAMES });
    if (found === null) throw new DomainError('credential-not-found', `There is no credential "${username}"`);
    return found;
  }

  private async changesOf(tenantId: number, { label, policy, acl }: UpdateCredential) {
    checkAcl(acl);
    return {
      label,
      policyId: policy === undefined || policy === null ? policy : await this.policyId(tenantId, policy),
      acl: acl === null ? Prisma.DbNull : (acl as unknown as Prisma.InputJsonArray | undefined),
    };
  }

  private async policyId(tenantId: number, name: string): Promise<number> {
    const found = await this.prisma.policy.findUnique({ where: { tenantId_name: { tenantId, name } } });
    if (found === null) throw new DomainError('policy-not-found', `There is no policy "${name}"`);
    return found.id;
  }
}

function checkAcl(acl: AclRule[] | null | undefined): void {
  for (const [index, { topicFilter }] of (acl ?? []).entries()) {
    try {
      validateTopicFilter(topicFilter);
    } catch (error) {
      const { message } = error as Error;
      throw new DomainError('invalid-request', message, [{ path: `acl.${index}.topicFilter`, message }]);
    }
  }
}

function toView({
  username,
  label,
  policy,
  acl,
  enabled,
  createdAt,
  rotatedAt,
  tenant,
}: Credential): CredentialView {
  return {
    username,
    mqttUsername: `${tenant.slug}:${username}`,
    label,
    policy: policy?.name ?? null,
    acl: acl as AclRule[] | null,
    enabled,
    createdAt: createdAt.toISOString(),
    rotatedAt: rotatedAt?.toISOString() ?? null,
  };
}
