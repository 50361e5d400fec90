import { Inject, Injectable } from '@nestjs/common';
import type { Authorize, Inspection } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import { parseSharedFilter } from '@restante/mqtt-codec';
import { generateSecret, hashSecret } from '../../secrets.ts';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { toPage } from '../paging.ts';
import { knownProblem } from '../problem.filter.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import { toTime } from '../times.ts';
import { checkRules } from '../access-rules/check-rules.ts';
import { checkTopic, OF_THE_SERVER, toDecision } from '../access-rules/access-decision.ts';
import { type AclRule, decide } from '../access-rules/acl.ts';
import { type CredentialDirectory, NOTHING } from './credential-directory.ts';
import type { ClientIdRule } from './client-id-rule.ts';
import type { LoginMethod } from './login-methods.ts';
import type {
  AccessDecision,
  CheckAccess,
  ClientIdRuleBody,
  CreateCredential,
  CredentialList,
  CredentialListQuery,
  CredentialView,
  IssuedCredential,
  RotateCredential,
  UpdateCredential,
} from './credentials.dto.ts';
import type { ImportCredential, ImportCredentials, ImportedLine, ImportResult } from './import.dto.ts';
import { type ReadLine, readLines } from './import-lines.ts';
import { type ScramKeys, storedSecret } from './stored-secret.ts';

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
    return this.issue(caller, await this.access.require(caller, slug, 'credentials:write'), body);
  }

  private async issue(caller: Caller, tenant: Tenant, body: CreateCredential): Promise<IssuedCredential> {
    const password = generateSecret();
    return { ...(await this.store(caller, tenant, body, await storedSecret(password))), password };
  }

  /** A credential whose device keeps the password that it has. */
  private takeOver(
    caller: Caller,
    tenant: Tenant,
    body: ImportCredential,
    passwordHash: string,
  ): Promise<CredentialView> {
    return this.store(caller, tenant, body, { secretHash: hashSecret(generateSecret()), passwordHash });
  }

  private async store(
    caller: Caller,
    tenant: Tenant,
    body: CreateCredential,
    secret: Pick<Prisma.CredentialUncheckedCreateInput, 'secretHash' | 'scram' | 'passwordHash'>,
  ): Promise<CredentialView> {
    const { username, enabled } = body;
    const data = { ...(await this.changesOf(tenant.id, body)), tenantId: tenant.id, username, enabled };
    try {
      const view = await this.prisma.$transaction(async (tx) => {
        const created = await tx.credential.create({ data: { ...data, ...secret }, include: WITH_NAMES });
        const after = this.view(created);
        await this.audit.record(caller, { tenant, action: 'credential.create', target: username, after }, tx);
        return after;
      });
      this.takesCertificatesIf(body);
      this.directory.added(tenant.id, tenant.slug, username);
      return view;
    } catch (error) {
      throw isUniqueViolation(error) ? credentialExists(username) : error;
    }
  }

  /** Issues many; what a line asks for is issued or not, whatever becomes of the others. */
  async import(
    caller: Caller,
    slug: string,
    { dryRun = false, ...given }: ImportCredentials,
  ): Promise<ImportResult> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const lines: ImportedLine[] = [];
    for await (const read of readLines(given))
      lines.push(await this.importLine(caller, tenant, read, dryRun));
    lines.sort((a, b) => a.line - b.line);
    const failed = lines.filter(({ error }) => error !== null).length;
    return { issued: dryRun ? 0 : lines.length - failed, failed, lines };
  }

  private async importLine(
    caller: Caller,
    tenant: Tenant,
    { line, username, credential, error }: ReadLine,
    dryRun: boolean,
  ): Promise<ImportedLine> {
    const told = { line, username, mqttUsername: null, password: null };
    if (credential === null) return { ...told, error };
    try {
      if (dryRun) {
        await this.checkNew(tenant, credential);
        return { ...told, error: null };
      }
      const { passwordHash } = credential;
      if (passwordHash !== undefined) {
        const { mqttUsername } = await this.takeOver(caller, tenant, credential, passwordHash);
        return { ...told, mqttUsername, error: null };
      }
      const { mqttUsername, password } = await this.issue(caller, tenant, credential);
      return { ...told, mqttUsername, password, error: null };
    } catch (refusal) {
      const problem = knownProblem(refusal);
      if (problem === null) throw refusal;
      return { ...told, error: problem.detail };
    }
  }

  private async checkNew(tenant: Tenant, body: CreateCredential): Promise<void> {
    await this.changesOf(tenant.id, body);
    const where = { tenantId: tenant.id, username: body.username };
    if ((await this.prisma.credential.count({ where })) > 0) throw credentialExists(body.username);
  }

  async list(
    caller: Caller,
    slug: string,
    { limit, after, q }: CredentialListQuery,
  ): Promise<CredentialList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'credentials:read');
    const where = {
      tenantId,
      ...(after === undefined ? {} : { username: { gt: after } }),
      ...(q === undefined ? {} : { OR: [{ username: holding(q) }, { label: holding(q) }] }),
    };
    const rows = await this.prisma.credential.findMany({
      where,
      include: WITH_NAMES,
      orderBy: { username: 'asc' },
      take: limit + 1,
    });
    const online = this.inspection.connectedCredentials(tenantId);
    return toPage(
      rows,
      limit,
      ({ username }) => username,
      (credential) => toView(credential, online),
    );
  }

  async get(caller: Caller, slug: string, username: string): Promise<CredentialView> {
    const tenant = await this.access.require(caller, slug, 'credentials:read');
    return this.view(await this.find(tenant, username));
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
    this.takesCertificatesIf(body);
    if (BINDING.some((field) => body[field] !== undefined)) {
      const reason = body.enabled === false ? 'The credential was disabled' : 'The credential was changed';
      await this.changed(tenant.id, username, reason);
    }
    return view;
  }

  /** A new secret in place of the old one, which may stay good for a while: devices are told one after the other. */
  async rotate(
    caller: Caller,
    slug: string,
    username: string,
    { overlapSeconds = 0 }: RotateCredential,
  ): Promise<IssuedCredential> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, username);
    const password = generateSecret();
    const until = Date.now() + overlapSeconds * 1_000;
    const data = {
      ...(await storedSecret(password, overlapSeconds > 0 ? saltOf(present) : undefined)),
      passwordHash: null,
      rotatedAt: new Date(),
      ...(overlapSeconds > 0 ? previousSecret(present, until) : NO_PREVIOUS_SECRET),
    };
    const view = await this.write(caller, tenant, present, 'credential.rotate', data);
    // Whoever is connected with the secret before the old one cannot be told from the others: all log in anew.
    if (overlapSeconds > 0 && !isPreviousGood(present)) {
      this.directory.changed();
      this.inspection.expireCredential(tenant.id, username, until);
    } else {
      await this.changed(tenant.id, username, 'The credential was rotated');
    }
    return { ...view, password };
  }

  async delete(caller: Caller, slug: string, username: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, username);
    await this.prisma.$transaction(async (tx) => {
      await tx.credential.delete({ where: { id: present.id } });
      const change = { tenant, action: 'credential.delete', target: username, before: this.view(present) };
      await this.audit.record(caller, change, tx);
    });
    await this.changed(tenant.id, username, 'The credential was deleted');
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
      const [before, after] = [this.view(present), this.view(updated)];
      await this.audit.record(caller, { tenant, action, target: present.username, before, after }, tx);
      return after;
    });
  }

  private takesCertificatesIf({ loginMethods }: UpdateCredential): void {
    if (loginMethods?.includes('certificate')) this.directory.takesCertificates();
  }

  /**
   * Its connections end. Their wills are held to what was changed; to nothing else, if that cannot be read.
   */
  private async changed(tenantId: number, username: string, reason: string): Promise<void> {
    this.directory.changed();
    let rules: Authorize | undefined = NOTHING;
    try {
      rules = await this.directory.authorizerOf(tenantId, username);
    } finally {
      this.inspection.disconnectCredential(tenantId, username, reason, () => rules);
    }
  }

  private async find({ id: tenantId }: Tenant, username: string): Promise<Credential> {
    const where = { tenantId_username: { tenantId, username } };
    const found = await this.prisma.credential.findUnique({ where, include: WITH_NAMES });
    if (found === null) throw new DomainError('credential-not-found', `There is no credential "${username}"`);
    return found;
  }

  private view(credential: Credential): CredentialView {
    return toView(credential, this.inspection.connectedCredentials(credential.tenantId));
  }

  private async changesOf(
    tenantId: number,
    {
      label,
      policy,
      acl,
      roles,
      clientId,
      expiresAt,
      loginMethods,
      certificateFingerprints,
    }: UpdateCredential,
  ) {
    checkRules(acl ?? [], 'acl');
    if (roles !== undefined) await this.checkRoles(tenantId, roles);
    return {
      label,
      policyId: policy === undefined || policy === null ? policy : await this.policyId(tenantId, policy),
      acl: acl === null ? Prisma.DbNull : (acl as unknown as Prisma.InputJsonArray | undefined),
      roles,
      ...(clientId === undefined ? {} : clientIdOf(clientId)),
      expiresAt,
      loginMethods,
      certificateFingerprints: certificateFingerprints?.map(fingerprintOf),
    };
  }

  private async checkRoles(tenantId: number, roles: string[]): Promise<void> {
    const found = await this.prisma.accessRole.findMany({ where: { tenantId, name: { in: roles } } });
    const missing = roles.find((role) => !found.some(({ name }) => name === role));
    if (missing !== undefined) throw new DomainError('role-not-found', `There is no role "${missing}"`);
  }

  /** What the rules say, as they are now, and which of them says it. */
  async check(caller: Caller, slug: string, username: string, body: CheckAccess): Promise<AccessDecision> {
    const tenant = await this.access.require(caller, slug, 'credentials:read');
    const { acl, roles } = await this.find(tenant, username);
    const { action, topic, clientId = '', qos = 0, retain = false } = body;
    checkTopic(action, topic);
    if (action === 'publish' && topic.startsWith('$')) return OF_THE_SERVER;
    const rules = await this.directory.rulesOf(tenant.id);
    const credential = { username, acl: acl as AclRule[] | null, roles };
    // As the engine asks: a shared subscription is one of its filter.
    const asked = action === 'subscribe' ? (parseSharedFilter(topic)?.topicFilter ?? topic) : topic;
    return toDecision(decide(credential, rules, action, asked, clientId), action, qos, retain);
  }

  private async policyId(tenantId: number, name: string): Promise<number> {
    const found = await this.prisma.policy.findUnique({ where: { tenantId_name: { tenantId, name } } });
    if (found === null) throw new DomainError('policy-not-found', `There is no policy "${name}"`);
    return found.id;
  }
}

/** Whatever the case; LIKE's wildcards, which Prisma hands on, stand for themselves. */
function holding(part: string) {
  return { contains: part.replaceAll(/[\\%_]/g, String.raw`\$&`), mode: 'insensitive' } as const;
}

function credentialExists(username: string): DomainError {
  return new DomainError('credential-exists', `There is a credential "${username}" already`);
}

function clientIdOf({ rule, value = '' }: ClientIdRuleBody) {
  if (rule === 'any' || value !== '') return { clientIdRule: rule, clientId: rule === 'any' ? '' : value };
  const message = `The rule ${rule} needs a value`;
  throw new DomainError('invalid-request', message, [{ path: 'clientId.value', message }]);
}

/** As OpenSSL writes it, or without its colons. */
function fingerprintOf(text: string): string {
  const digits = text.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  const message = 'A SHA-256 fingerprint has 64 hexadecimal digits';
  throw new DomainError('invalid-request', message, [{ path: 'certificateFingerprints', message }]);
}

/** What live connections are held to: with a change of it they are closed, and log in anew. */
const BINDING = [
  ...(['policy', 'acl', 'roles', 'clientId', 'expiresAt', 'enabled'] as const),
  ...(['loginMethods', 'certificateFingerprints'] as const),
];

const NO_PREVIOUS_SECRET = {
  previousSecretHash: null,
  previousScram: Prisma.DbNull,
  previousPasswordHash: null,
  previousUntil: null,
};

function previousSecret({ secretHash, scram, passwordHash }: Credential, until: number) {
  return {
    previousPasswordHash: passwordHash,
    previousSecretHash: secretHash,
    previousScram: scram === null ? Prisma.DbNull : (scram as Prisma.InputJsonObject),
    previousUntil: new Date(until),
  };
}

function isPreviousGood({ previousUntil }: Credential): boolean {
  return previousUntil !== null && previousUntil.getTime() > Date.now();
}

function saltOf({ scram }: Credential): string | undefined {
  return (scram as ScramKeys | null)?.salt;
}

function toView(credential: Credential, online: ReadonlySet<string>): CredentialView {
  const { username, label, policy, acl, roles, enabled, tenant, clientIdRule, clientId, failedLogins } =
    credential;
  const { createdAt, rotatedAt, previousUntil, expiresAt, lastSeenAt, lastFailedAt } = credential;
  return {
    username,
    mqttUsername: `${tenant.slug}:${username}`,
    label,
    policy: policy?.name ?? null,
    acl: acl as AclRule[] | null,
    roles,
    clientId: { rule: clientIdRule as ClientIdRule, value: clientId },
    loginMethods: credential.loginMethods as LoginMethod[],
    certificateFingerprints: credential.certificateFingerprints,
    enabled,
    createdAt: createdAt.toISOString(),
    rotatedAt: toTime(rotatedAt),
    previousSecretUntil: isPreviousGood(credential) ? toTime(previousUntil) : null,
    expiresAt: toTime(expiresAt),
    isOnline: online.has(username),
    lastSeenAt: toTime(lastSeenAt),
    failedLogins: Number(failedLogins),
    lastFailedAt: toTime(lastFailedAt),
  };
}
