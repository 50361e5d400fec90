import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Sealed } from '../sealed.ts';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import {
  ALLOW_PRIVATE_ADDRESSES,
  CREDENTIALS,
  INSPECTION,
  isUniqueViolation,
  PRISMA,
  TOKEN_KEYS,
} from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import { checkAlgorithms, checkJwks, checkSource, checkUrl, type KeySource } from './issuer-keys.ts';
import type {
  CreateTokenIssuer,
  KeyKind,
  TokenIssuerList,
  TokenIssuerView,
  UpdateTokenIssuer,
} from './issuers.dto.ts';
import { sealingKey, TokenProof } from './token-logins.ts';

const MAX_ISSUERS = 10;
const DAY_SECONDS = 86_400;

type Issuer = Prisma.TokenIssuerGetPayload<object>;

/** Whose tokens let a tenant's devices in. A change is in force at once: connections that rest on it are closed. */
@Injectable()
export class IssuersService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TOKEN_KEYS) private readonly sealed: Sealed,
    @Inject(ALLOW_PRIVATE_ADDRESSES) private readonly allowPrivate: boolean,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async create(caller: Caller, slug: string, body: CreateTokenIssuer): Promise<TokenIssuerView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const { name, issuer, audience, algorithms, usernameClaim = 'sub', clientIdClaim, isEnabled } = body;
    const { maxLifetimeSeconds = DAY_SECONDS } = body;
    checkSource(body, algorithms);
    const data = {
      ...{ tenantId: tenant.id, name, issuer, audience, algorithms, usernameClaim, clientIdClaim, isEnabled },
      maxLifetimeSeconds,
      ...(await this.keysOf(body, { tenantId: tenant.id, name })),
    };
    try {
      const view = await this.prisma.$transaction(async (tx) => {
        if ((await tx.tokenIssuer.count({ where: { tenantId: tenant.id } })) >= MAX_ISSUERS)
          throw new DomainError('too-many-of-them', `A tenant has at most ${MAX_ISSUERS} token issuers`);
        const after = toView(await tx.tokenIssuer.create({ data }));
        await this.audit.record(caller, { tenant, action: 'token-issuer.create', target: name, after }, tx);
        return after;
      });
      this.directory.tokensChanged(slug);
      return view;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DomainError('issuer-exists', `There is a token issuer "${name}" already`);
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<TokenIssuerList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'credentials:read');
    const where = { tenantId, name: after === undefined ? undefined : { gt: after } };
    const rows = await this.prisma.tokenIssuer.findMany({ where, orderBy: { name: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ name }) => name, toView);
  }

  async get(caller: Caller, slug: string, name: string): Promise<TokenIssuerView> {
    return toView(await this.find(await this.access.require(caller, slug, 'credentials:read'), name));
  }

  async update(
    caller: Caller,
    slug: string,
    name: string,
    body: UpdateTokenIssuer,
  ): Promise<TokenIssuerView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, name);
    const { issuer, audience, algorithms, usernameClaim, clientIdClaim, maxLifetimeSeconds, isEnabled } =
      body;
    const hasNewKeys = [body.jwks, body.jwksUrl, body.sharedKey].some((source) => source !== undefined);
    if (hasNewKeys) checkSource(body, algorithms ?? present.algorithms);
    else checkAlgorithms(algorithms ?? present.algorithms, present.sharedKey !== null);
    const data = {
      ...{ issuer, audience, algorithms, usernameClaim, clientIdClaim, maxLifetimeSeconds, isEnabled },
      ...(hasNewKeys ? await this.keysOf(body, present) : {}),
    };
    const view = await this.prisma.$transaction(async (tx) => {
      const updated = await tx.tokenIssuer.update({ where: { id: present.id }, data });
      const [before, after] = [toView(present), toView(updated)];
      const change = { tenant, action: 'token-issuer.update', target: name, before, after };
      await this.audit.record(caller, change, tx);
      return after;
    });
    this.changed(tenant, present);
    return view;
  }

  async delete(caller: Caller, slug: string, name: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await this.find(tenant, name);
    await this.prisma.$transaction(async (tx) => {
      await tx.tokenIssuer.delete({ where: { id: present.id } });
      const before = toView(present);
      await this.audit.record(caller, { tenant, action: 'token-issuer.delete', target: name, before }, tx);
    });
    this.changed(tenant, present);
  }

  private async find({ id: tenantId }: Tenant, name: string): Promise<Issuer> {
    const where = { tenantId_name: { tenantId, name } };
    const found = await this.prisma.tokenIssuer.findUnique({ where });
    if (found === null) throw new DomainError('issuer-not-found', `There is no token issuer "${name}"`);
    return found;
  }

  /** The columns of a new source of keys, in the place of the one before. */
  private async keysOf(
    { jwks, jwksUrl, sharedKey }: KeySource,
    issuer: Pick<Issuer, 'tenantId' | 'name'>,
  ): Promise<Pick<Prisma.TokenIssuerUncheckedCreateInput, 'jwks' | 'jwksUrl' | 'sharedKey'>> {
    if (jwks !== undefined) checkJwks(jwks);
    if (jwksUrl !== undefined) await checkUrl(jwksUrl, this.allowPrivate);
    return {
      jwks: jwks === undefined ? Prisma.DbNull : (jwks as Prisma.InputJsonObject),
      jwksUrl: jwksUrl ?? null,
      sharedKey: sharedKey === undefined ? null : this.sealed.seal(sharedKey, sealingKey(issuer)),
    };
  }

  private changed({ id: tenantId, slug }: Tenant, { id }: Issuer): void {
    this.directory.tokensChanged(slug);
    this.inspection.disconnectIdentities(
      tenantId,
      ({ proof }) => proof instanceof TokenProof && proof.issuerId === id,
      'The token issuer was changed',
    );
  }
}

function toView(issuer: Issuer): TokenIssuerView {
  const { name, audience, algorithms, jwks, jwksUrl, sharedKey, usernameClaim, clientIdClaim } = issuer;
  const { maxLifetimeSeconds, isEnabled, createdAt } = issuer;
  const keys: KeyKind = sharedKey !== null ? 'shared-key' : jwksUrl !== null ? 'jwks-url' : 'jwks';
  return {
    ...{ name, issuer: issuer.issuer, audience, algorithms, keys, jwks: jwks as object | null, jwksUrl },
    ...{ usernameClaim, clientIdClaim, maxLifetimeSeconds, isEnabled, createdAt: createdAt.toISOString() },
  };
}
