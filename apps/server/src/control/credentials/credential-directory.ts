import {
  type Authenticator,
  DEFAULT_POLICY,
  type EnhancedLogin,
  type Identity,
  type Login,
  type LoginResult,
  type Policy,
  StoreUnavailableError,
} from '@restante/broker';
import { type PrismaClient } from '@restante/database';
import { ReasonCode } from '@restante/mqtt-codec';
import { timingSafeEqual } from 'node:crypto';
import { hashSecret } from '../../secrets.ts';
import { policyOf } from '../policies/policy-settings.ts';
import { type AclRule, authorizerOf, TenantRules } from '../access-rules/acl.ts';
import { type ClientIdRule, mayUse } from './client-id-rule.ts';
import { type CredentialActivity } from './credential-activity.ts';
import { SCRAM_SHA_256, type ScramEntry, ScramLogin } from './scram-login.ts';
import { type ScramKeys } from './stored-secret.ts';

const MAX_REMEMBERED = 50_000;

/** A credential as a login needs it. */
interface Entry {
  id: number;
  /** The one in force, then (after a rotation) the one before, for as long as it is good. */
  secrets: Secret[];
  clientIdRule: ClientIdRule;
  clientId: string;
  isEnabled: boolean;
  isTenantSuspended: boolean;
}

interface Secret {
  hash: Uint8Array;
  /** null: issued before SCRAM was offered. */
  scram: ScramKeys | null;
  /** Valid until the secret is not, or the credential. */
  identity: Identity;
}

/**
 * Who devices are: credentials by tenant and user name, remembered in memory. Whoever changes a credential, policy or
 * tenant calls `changed()`.
 */
export class CredentialDirectory implements Authenticator {
  private entries = new Map<string, Promise<Entry | null>>();
  private policies = new Map<string, Promise<Policy>>();
  /** Never dropped: whoever is connected holds them. */
  private readonly rules = new Map<number, Promise<TenantRules>>();

  constructor(
    private readonly prisma: PrismaClient,
    private readonly activity: CredentialActivity,
    private readonly baseDomain: string | null,
  ) {}

  /** Forgets what was read. */
  changed(): void {
    this.entries = new Map();
    this.policies = new Map();
  }

  async authenticate(login: Login): Promise<LoginResult> {
    const name = this.nameOf(login);
    if (name === null)
      return refused(ReasonCode.NOT_AUTHORIZED, 'A user name is needed: <tenant>:<user name>');
    const entry = await this.find(name.slug, name.username);
    const password = hashSecret(login.password ?? '');
    // Unknown names take the same way as wrong passwords.
    const secrets = entry?.secrets.filter(isValid) ?? [];
    const secret = secrets.find(({ hash }) => timingSafeEqual(password, hash));
    if (entry === null || secret === undefined) {
      if (entry !== null) this.activity.failed(entry.id);
      return refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, 'Unknown user name or wrong password');
    }
    const refusal = refusalOf(entry, login.clientIdentifier, name.username);
    if (refusal !== null) return refusal;
    this.activity.seen(entry.id);
    return { accepted: true, identity: secret.identity };
  }

  enhanced(method: string, login: Login): EnhancedLogin | undefined {
    return method === SCRAM_SHA_256
      ? new ScramLogin((username) => this.scramEntry(login, username))
      : undefined;
  }

  /** What SCRAM checks a user name against; undefined: nobody of that name may log in by it. */
  private async scramEntry(login: Login, username: string): Promise<ScramEntry | undefined> {
    const name = this.nameOf({ ...login, username: username === '' ? login.username : username });
    const entry = name === null ? null : await this.find(name.slug, name.username);
    if (name === null || entry === null) return undefined;
    if (refusalOf(entry, login.clientIdentifier, name.username) !== null) return undefined;
    const [first, ...others] = entry.secrets
      .filter(isValid)
      .flatMap(({ scram, identity }) => (scram === null ? [] : [{ keys: scram, identity }]));
    return first === undefined ? undefined : [first, ...others];
  }

  policyOf(tenantId: number, username: string): Promise<Policy> {
    const key = `${tenantId} ${username}`;
    return remember(this.policies, key, () => this.readPolicy(tenantId, username));
  }

  /** The rules that a tenant's credentials share: one object, which live connections ask too. */
  rulesOf(tenantId: number): Promise<TenantRules> {
    let reading = this.rules.get(tenantId);
    if (reading === undefined) {
      const rules = new TenantRules();
      reading = this.readRules(tenantId, rules).then(() => rules);
      this.rules.set(tenantId, reading);
      reading.catch(() => this.rules.delete(tenantId));
    }
    return reading;
  }

  /** Somebody has changed them. */
  async rulesChanged(tenantId: number): Promise<void> {
    const known = this.rules.get(tenantId);
    if (known !== undefined) await this.readRules(tenantId, await known);
  }

  private async readRules(tenantId: number, rules: TenantRules): Promise<void> {
    const where = { tenantId };
    const [roles, tenant] = await Promise.all([
      reachable(this.prisma.accessRole.findMany({ where })),
      reachable(this.prisma.tenant.findUnique({ where: { id: tenantId } })),
    ]);
    const byName = new Map(roles.map(({ name, rules }) => [name, rules as unknown as AclRule[]]));
    rules.replace(byName, tenant?.accessDefault === 'deny' ? 'deny' : 'allow');
  }

  /** `<tenant>:<user name>`, or a plain user name where the server name says the tenant. */
  nameOf({ username, serverName }: Login): { slug: string; username: string } | null {
    if (username === undefined) return null;
    const colon = username.indexOf(':');
    if (colon > 0) return { slug: username.slice(0, colon), username: username.slice(colon + 1) };
    const suffix = this.baseDomain === null ? null : `.${this.baseDomain}`;
    const host = serverName?.toLowerCase().replace(/:\d+$/, '');
    if (suffix === null || !host?.endsWith(suffix)) return null;
    return { slug: host.slice(0, -suffix.length), username };
  }

  private find(slug: string, username: string): Promise<Entry | null> {
    return remember(this.entries, `${slug} ${username}`, () => this.read(slug, username));
  }

  private async read(slug: string, username: string): Promise<Entry | null> {
    const found = await reachable(
      this.prisma.credential.findFirst({
        where: { username, tenant: { slug } },
        include: { policy: true, tenant: { include: { policies: { where: { isDefault: true } } } } },
      }),
    );
    if (found === null) return null;
    const { tenant } = found;
    const policy = policyOf((found.policy ?? tenant.policies[0])?.settings);
    const rules = await this.rulesOf(tenant.id);
    const credential = { username, acl: found.acl as AclRule[] | null, roles: found.roles };
    const isFree = credential.acl === null && found.roles.length === 0 && rules.byDefault === 'allow';
    const authorize = isFree ? undefined : authorizerOf(credential, rules);
    const expiresAt = found.expiresAt?.getTime();
    const identity = { tenantId: tenant.id, tenantSlug: slug, username, policy, authorize, expiresAt };
    const secrets: Secret[] = [{ hash: found.secretHash, scram: found.scram as ScramKeys | null, identity }];
    if (found.previousSecretHash !== null && found.previousUntil !== null) {
      const until = Math.min(found.previousUntil.getTime(), expiresAt ?? Infinity);
      const scram = found.previousScram as ScramKeys | null;
      secrets.push({ hash: found.previousSecretHash, scram, identity: { ...identity, expiresAt: until } });
    }
    return {
      id: found.id,
      secrets,
      clientIdRule: found.clientIdRule as ClientIdRule,
      clientId: found.clientId,
      isEnabled: found.enabled,
      isTenantSuspended: tenant.suspendedAt !== null || tenant.deletingSince !== null,
    };
  }

  private async readPolicy(tenantId: number, username: string): Promise<Policy> {
    const credential = await reachable(
      this.prisma.credential.findUnique({
        where: { tenantId_username: { tenantId, username } },
        include: { policy: true },
      }),
    );
    if (credential?.policy) return policyOf(credential.policy.settings);
    const byDefault = await reachable(this.prisma.policy.findFirst({ where: { tenantId, isDefault: true } }));
    return byDefault === null ? DEFAULT_POLICY : policyOf(byDefault.settings);
  }
}

/** Its time is not over. */
function isValid({ identity }: Secret): boolean {
  return Date.now() < (identity.expiresAt ?? Infinity);
}

/** Why somebody who knows the secret is refused all the same; null: they are not. */
function refusalOf(entry: Entry, clientIdentifier: string, username: string): LoginResult | null {
  if (!entry.isEnabled) return refused(ReasonCode.NOT_AUTHORIZED, 'The credential is disabled');
  if (entry.isTenantSuspended) return refused(ReasonCode.NOT_AUTHORIZED, 'The tenant is suspended');
  if (mayUse(entry, clientIdentifier, username)) return null;
  return refused(
    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
    'The credential may not be used with this client identifier',
  );
}

function refused(reasonCode: number, reason: string): LoginResult {
  return { accepted: false, reasonCode, reason };
}

/** A database that does not answer is no reason to call a password wrong. */
async function reachable<Result>(query: Promise<Result>): Promise<Result> {
  try {
    return await query;
  } catch (error) {
    throw new StoreUnavailableError((error as Error).message, { cause: error });
  }
}

/** What is being read is read once; what could not be read is not remembered. */
function remember<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  read: () => Promise<Value>,
): Promise<Value> {
  const present = known.get(key);
  if (present !== undefined) return present;
  if (known.size >= MAX_REMEMBERED) known.clear();
  const reading = read();
  known.set(key, reading);
  reading.catch(() => known.delete(key));
  return reading;
}
