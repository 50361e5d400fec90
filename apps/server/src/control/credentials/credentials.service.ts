import { Inject, Injectable } from '@nestjs/common';
import { type Inspection } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import { validateTopicFilter } from '@restante/mqtt-codec';
import { generateSecret } from '../../secrets.ts';
import { type Caller } from '../access.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import { TenantsService } from '../tenants/tenants.service.ts';
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
    @Inject(TenantsService) private readonly tenants: TenantsService,
  ) {}

  /** Issues a credential; its secret is in the answer and nowhere else. */
  async create(caller: Caller, slug: string, body: CreateCredential): Promise<IssuedCredential> {
    const { id: tenantId } = await this.tenants.require(caller, slug);
    const { username, enabled } = body;
    const password = generateSecret();
    const changes = await this.changesOf(tenantId, body);
    try {
      const created = await this.prisma.credential.create({
        data: { ...changes, tenantId, username, enabled, ...(await storedSecret(password)) },
        include: WITH_NAMES,
      });
      this.directory.changed();
      return { ...toView(created), password };
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomainError('credential-exists', `There is a credential "${username}" already`);
      throw error;
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<CredentialList> {
    const { id: tenantId } = await this.tenants.require(caller, slug);
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
    return toView(await this.require(caller, slug, username));
  }

  /** What was changed binds at once: live connections are closed and log in anew. */
  async update(
    caller: Caller,
    slug: string,
    username: string,
    body: UpdateCredential,
  ): Promise<CredentialView> {
    const { id, tenantId } = await this.require(caller, slug, username);
    const data = { ...(await this.changesOf(tenantId, body)), enabled: body.enabled };
    const updated = await this.prisma.credential.update({ where: { id }, data, include: WITH_NAMES });
    if (body.policy !== undefined || body.acl !== undefined || body.enabled !== undefined)
      this.changed(tenantId, username);
    return toView(updated);
  }

  /** A new secret in place of the old one. */
  async rotate(caller: Caller, slug: string, username: string): Promise<IssuedCredential> {
    const { id, tenantId } = await this.require(caller, slug, username);
    const password = generateSecret();
    const data = { ...(await storedSecret(password)), rotatedAt: new Date() };
    const rotated = await this.prisma.credential.update({ where: { id }, data, include: WITH_NAMES });
    this.changed(tenantId, username);
    return { ...toView(rotated), password };
  }

  async delete(caller: Caller, slug: string, username: string): Promise<void> {
    const { id, tenantId } = await this.require(caller, slug, username);
    await this.prisma.credential.delete({ where: { id } });
    this.changed(tenantId, username);
  }

  private changed(tenantId: number, username: string): void {
    this.directory.changed();
    this.inspection.disconnectCredential(tenantId, username);
  }

  private async require(caller: Caller, slug: string, username: string): Promise<Credential> {
    const { id: tenantId } = await this.tenants.require(caller, slug);
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
