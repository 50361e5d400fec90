import { Inject, Injectable } from '@nestjs/common';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { generateSecret, hashSecret, isSecret } from '../../secrets.ts';
import { AuditService } from '../audit/audit.service.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { isAtLeast, type Role, type TenantRole } from '../permissions.ts';
import { PRISMA } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { ApiKeyList, ApiKeyView, CreateApiKey, IssuedApiKey } from './api-keys.dto.ts';

/** The platform's own API key, from the environment; null: there is none. */
export const ADMIN_API_KEY = Symbol('ADMIN_API_KEY');

/** What a secret stands for. */
export interface KnownKey {
  id: string;
  name: string;
  /** null: the platform. */
  scope: { tenantId: number; role: TenantRole } | null;
}

type ApiKey = Prisma.ApiKeyGetPayload<object>;

const ADMIN_KEY = 'RESTANTE_ADMIN_API_KEY';
/** Told from other secrets by whoever finds one. */
const SECRET_PREFIX = 'rst_';
const SHOWN_CHARACTERS = 10;
/** How exact "last used" is: not every request is a write. */
const USE_NOTED_MS = 60_000;

/** Keys for programs: 256 random bits, of which only the SHA-256 is kept. */
@Injectable()
export class ApiKeysService {
  private readonly adminKeyHash: Uint8Array | null;

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(ADMIN_API_KEY) adminKey: string | null,
  ) {
    this.adminKeyHash = adminKey === null ? null : hashSecret(adminKey);
  }

  /** null: no such key, or its time is over. */
  async find(secret: string): Promise<KnownKey | null> {
    if (this.adminKeyHash !== null && isSecret(secret, this.adminKeyHash))
      return { id: ADMIN_KEY, name: ADMIN_KEY, scope: null };
    if (!secret.startsWith(SECRET_PREFIX)) return null;
    const found = await this.prisma.apiKey.findUnique({ where: { secretHash: hashSecret(secret) } });
    const now = Date.now();
    if (found === null || (found.expiresAt !== null && found.expiresAt.getTime() <= now)) return null;
    if (found.lastUsedAt === null || now - found.lastUsedAt.getTime() > USE_NOTED_MS)
      await this.prisma.apiKey.updateMany({ where: { id: found.id }, data: { lastUsedAt: new Date(now) } });
    const { id, name, tenantId, role } = found;
    return { id, name, scope: tenantId === null ? null : { tenantId, role: role as TenantRole } };
  }

  /** @param slug - null: a key for the whole platform */
  async create(
    caller: Caller,
    slug: string | null,
    { role, name, expiresAt }: CreateApiKey & { role: Role },
  ): Promise<IssuedApiKey> {
    const tenant = await this.access.scope(caller, slug, 'api-keys:write');
    if (tenant !== null && !isAtLeast(tenant.role, role))
      throw new DomainError('not-permitted', `A key cannot have a greater role than you: ${tenant.role}`);
    const secret = `${SECRET_PREFIX}${generateSecret()}`;
    return this.prisma.$transaction(async (tx) => {
      const created = await tx.apiKey.create({
        data: {
          tenantId: tenant?.id ?? null,
          name,
          role,
          secretHash: hashSecret(secret),
          prefix: secret.slice(0, SHOWN_CHARACTERS),
          createdBy: caller.name,
          expiresAt: expiresAt ?? null,
        },
      });
      const view = toView(created);
      await this.audit.record(caller, { tenant, action: 'api-key.create', target: name, after: view }, tx);
      return { ...view, secret };
    });
  }

  /** @param slug - null: the keys of the platform */
  async list(caller: Caller, slug: string | null, { limit, after }: PageQuery): Promise<ApiKeyList> {
    const tenant = await this.access.scope(caller, slug, 'api-keys:read');
    const tenantId = tenant?.id ?? null;
    const where = { tenantId, ...(after === undefined ? {} : { id: { gt: after } }) };
    const rows = await this.prisma.apiKey.findMany({ where, orderBy: { id: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ id }) => id, toView);
  }

  /** From now on it is refused. */
  async delete(caller: Caller, slug: string | null, id: string): Promise<void> {
    const tenant = await this.access.scope(caller, slug, 'api-keys:write');
    const found = await this.prisma.apiKey.findFirst({ where: { id, tenantId: tenant?.id ?? null } });
    if (found === null) throw new DomainError('api-key-not-found', 'There is no such API key');
    await this.prisma.$transaction(async (tx) => {
      await tx.apiKey.delete({ where: { id } });
      const change = { tenant, action: 'api-key.delete', target: found.name, before: toView(found) };
      await this.audit.record(caller, change, tx);
    });
  }
}

function toView({ id, name, role, prefix, createdBy, createdAt, expiresAt, lastUsedAt }: ApiKey): ApiKeyView {
  return {
    ...{ id, name, role, prefix, createdBy },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
