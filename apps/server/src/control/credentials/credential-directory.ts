import {
  type Authenticator,
  type Authorize,
  DEFAULT_POLICY,
  type EnhancedLogin,
  type Identity,
  type Login,
  type LoginResult,
  type Policy,
} from '@restante/broker';
import type { Prisma, PrismaClient } from '@restante/database';
import { ReasonCode } from '@restante/mqtt-codec';
import { hashSecret, isSameHash } from '../../secrets.ts';
import { policyOf } from '../policies/policy-settings.ts';
import { type AclRule, authorizerOf, TenantRules } from '../access-rules/acl.ts';
import type { CertificateLogins } from '../certificates/certificate-logins.ts';
import { reachable, Remembered } from '../remembered.ts';
import type { TokenLogins } from '../tokens/token-logins.ts';
import { type ClientIdRule, mayUse } from './client-id-rule.ts';
import { TooManyWaitError } from './imported/by-turns.ts';
import type { CredentialActivity } from './credential-activity.ts';
import type { ImportedPasswords, ImportedSecret } from './imported/imported-passwords.ts';
import { SCRAM_SHA_256, type ScramEntry, ScramLogin } from './scram-login.ts';
import type { ScramKeys } from './stored-secret.ts';

const MAX_REMEMBERED = 50_000;
/** While so many changes in a row come between, nobody gets in. */
const MAX_TRIES = 10;

/** A credential as a login needs it. */
interface Entry {
  id: number;
  /** For logins by other means: valid until the credential is not. */
  identity: Identity;
  /** The one in force, then (after a rotation) the one before, for as long as it is good; none: they do not let in. */
  secrets: Secret[];
  takesCertificates: boolean;
  /** Fingerprints of the only ones that it takes; empty: those that name it. */
  pinnedCertificates: string[];
  takesTokens: boolean;
  clientIdRule: ClientIdRule;
  clientId: string;
  isEnabled: boolean;
  isTenantSuspended: boolean;
}

/** A credential's name, and its tenant's. */
interface Name {
  slug: string;
  username: string;
}

/** `entry`: null: there is none of that name. */
interface Decision {
  entry: Entry | null;
  result: LoginResult;
}

type Credential = Prisma.CredentialGetPayload<object>;

interface Secret {
  hash: Uint8Array;
  /** null: issued before SCRAM was offered, or brought from another broker. */
  scram: ScramKeys | null;
  /** null: it was issued here. */
  imported: ImportedSecret | null;
  /** Valid until the secret is not, or the credential. */
  identity: Identity;
}

/**
 * Who devices are: credentials by tenant and user name, remembered in memory. Whoever changes a credential, policy or
 * tenant calls `changed()`.
 */
export class CredentialDirectory implements Authenticator {
  private entries = new Remembered<Entry | null>(MAX_REMEMBERED);
  private policies = new Remembered<Policy>(MAX_REMEMBERED);
  private authorizers = new Remembered<Authorize | undefined>(MAX_REMEMBERED);
  /** Rises with every change: what was decided before one is decided again. */
  private changes = 0;
  private hasCertificates = false;
  /** Never dropped: whoever is connected holds them. */
  private readonly rules = new Map<number, Promise<TenantRules>>();

  constructor(
    private readonly prisma: PrismaClient,
    private readonly activity: CredentialActivity,
    private readonly baseDomain: string | null,
    readonly certificates: CertificateLogins,
    readonly tokens: TokenLogins,
    private readonly importedPasswords: ImportedPasswords,
  ) {}

  /** Learns whether clients have to be asked for certificates. */
  async start(): Promise<void> {
    const where = { loginMethods: { has: 'certificate' } };
    this.hasCertificates = (await this.prisma.credential.findFirst({ where, select: { id: true } })) !== null;
  }

  /** Whether some credential takes certificates, or did since the start: so clients are asked for theirs. */
  get asksForCertificates(): boolean {
    return this.hasCertificates;
  }

  /** There is a credential that takes them. */
  takesCertificates(): void {
    this.hasCertificates = true;
  }

  /** Forgets what was read. */
  changed(): void {
    this.changes++;
    this.entries = new Remembered(MAX_REMEMBERED);
    this.policies = new Remembered(MAX_REMEMBERED);
    this.authorizers = new Remembered(MAX_REMEMBERED);
  }

  /** Forgets which certificates are good. */
  certificatesChanged(): void {
    this.changes++;
    this.certificates.changed();
  }

  /** Forgets what a tenant's token issuers are. */
  tokensChanged(slug: string): void {
    this.changes++;
    this.tokens.changed(slug);
  }

  /** There is one more, which was known to be none. */
  added(tenantId: number, slug: string, username: string): void {
    this.entries.delete(keyOf(slug, username));
    this.policies.delete(`${tenantId} ${username}`);
    this.authorizers.delete(`${tenantId} ${username}`);
  }

  /** Forgets all of a tenant that is no more: there may be another one of its name. */
  tenantDeleted(tenantId: number, slug: string): void {
    this.rules.delete(tenantId);
    this.certificatesChanged();
    this.tokensChanged(slug);
    this.changed();
  }

  async authenticate(login: Login): Promise<LoginResult> {
    const decided = await this.undisturbed(() => this.decide(login));
    if (decided !== null) return this.noted(decided);
    return refused(ReasonCode.SERVER_BUSY, 'Credentials are being changed, try again');
  }

  /**
   * Decides until nothing was changed meanwhile: whoever changes something closes the connections that are there, of
   * which this is none yet. null: there was something each time.
   */
  private async undisturbed<Result>(decide: () => Promise<Result>): Promise<Result | null> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { changes } = this;
      const decided = await decide();
      if (changes === this.changes) return decided;
    }
    return null;
  }

  private async decide(login: Login): Promise<Decision> {
    const name = await this.claimedName(login);
    if (name === null) return { entry: null, result: NAMELESS };
    const entry = await this.find(name.slug, name.username);
    const password = login.password ?? Buffer.alloc(0);
    const hashed = hashSecret(password);
    // Unknown names take the same way as wrong passwords.
    const secrets = entry?.secrets.filter(isValid) ?? [];
    const known = secrets.find(
      ({ hash }) => isSameHash(hashed, hash) || this.importedPasswords.isKnown(hash, password) === true,
    );
    if (entry === null) return { entry, result: UNKNOWN };
    const { guesses } = this.importedPasswords;
    const place = [entry.id, login.remoteAddress] as const;
    const canBeGuessed = hasPassword(login.password) && secrets.some(({ imported }) => imported !== null);
    if (canBeGuessed && guesses.areOver(...place)) return { entry: null, result: GUESSED };
    const isGuess = canBeGuessed && known === undefined;
    if (isGuess) guesses.begin(...place);
    const shown = known?.identity ?? (await this.identify(entry, name, login, secrets));
    const isWrong = 'accepted' in shown && shown !== BUSY;
    if (isGuess && !isWrong) guesses.wasNotWrong(...place);
    if (shown === BUSY) return { entry: null, result: BUSY };
    if ('accepted' in shown) return { entry, result: shown };
    const refusal = refusalOf(entry, login.clientIdentifier, name.username);
    return { entry, result: refusal ?? { accepted: true, identity: shown } };
  }

  /** What no quick hash of this server's knows. */
  private async identify(
    entry: Entry,
    name: Name,
    login: Login,
    secrets: Secret[],
  ): Promise<Identity | LoginResult> {
    try {
      const secret = await this.importedSecret(name, secrets, login.password);
      if (secret !== undefined) return secret.identity;
    } catch (error) {
      if (error instanceof TooManyWaitError) return BUSY;
      throw error;
    }
    return this.identityOtherwise(entry, name, login);
  }

  /**
   * The secret that has no quick hash of this server's yet, and is this password; undefined: there is none.
   *
   * @throws TooManyWaitError
   */
  private async importedSecret(
    { slug, username }: Name,
    secrets: Secret[],
    password: Buffer | undefined,
  ): Promise<Secret | undefined> {
    if (!hasPassword(password)) return undefined;
    for (const secret of secrets) {
      if (secret.imported === null || this.importedPasswords.isKnown(secret.hash, password) !== null)
        continue;
      if (!(await this.importedPasswords.isRight(secret.imported, password))) continue;
      this.entries.delete(keyOf(slug, username));
      return secret;
    }
    return undefined;
  }

  /** By the client's certificate where it sends no password, or by a token in the place of one. */
  private async identityOtherwise(
    entry: Entry,
    { slug, username }: Name,
    { password, certificates, clientIdentifier }: Login,
  ): Promise<Identity | LoginResult> {
    const proven = hasPassword(password)
      ? entry.takesTokens &&
        (await this.tokens.prove(slug, username, clientIdentifier, password.toString('latin1')))
      : entry.takesCertificates &&
        certificates !== undefined &&
        (await this.certificates.prove(slug, username, entry.pinnedCertificates, certificates));
    if (proven === false) return UNKNOWN;
    if ('refusal' in proven) {
      const { BAD_USER_NAME_OR_PASSWORD, SERVER_UNAVAILABLE } = ReasonCode;
      return refused(proven.isTemporary ? SERVER_UNAVAILABLE : BAD_USER_NAME_OR_PASSWORD, proven.refusal);
    }
    const { identity } = entry;
    const expiresAt = Math.min(proven.expiresAt, identity.expiresAt ?? Infinity);
    return expiresAt > Date.now() ? { ...identity, expiresAt, proof: proven.proof } : UNKNOWN;
  }

  private noted({ entry, result }: Decision): LoginResult {
    if (entry === null) return result;
    if (result.accepted) this.activity.seen(entry.id);
    else if (result.reasonCode === ReasonCode.BAD_USER_NAME_OR_PASSWORD) this.activity.failed(entry.id);
    return result;
  }

  enhanced(method: string, login: Login): EnhancedLogin | undefined {
    return method === SCRAM_SHA_256
      ? new ScramLogin((username) => this.scramEntry(login, username))
      : undefined;
  }

  /** What SCRAM checks a user name against; undefined: nobody of that name may log in by it. */
  private async scramEntry(login: Login, username: string): Promise<ScramEntry | undefined> {
    const name = this.nameOf({ ...login, username: username === '' ? login.username : username });
    if (name === null) return undefined;
    const entry = await this.undisturbed(() => this.find(name.slug, name.username));
    if (entry === null) return undefined;
    if (refusalOf(entry, login.clientIdentifier, name.username) !== null) return undefined;
    const [first, ...others] = entry.secrets
      .filter(isValid)
      .flatMap(({ scram, identity }) => (scram === null ? [] : [{ keys: scram, identity }]));
    if (first === undefined) return undefined;
    const { id } = entry;
    const noteUse = (isRight: boolean) => (isRight ? this.activity.seen(id) : this.activity.failed(id));
    return { secrets: [first, ...others], noteUse };
  }

  policyOf(tenantId: number, username: string): Promise<Policy> {
    const key = `${tenantId} ${username}`;
    return this.policies.get(key, () => this.readPolicy(tenantId, username));
  }

  authorizerOf(tenantId: number, username: string): Promise<Authorize | undefined> {
    const key = `${tenantId} ${username}`;
    return this.authorizers.get(key, () => this.readAuthorizer(tenantId, username));
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

  /** What the client calls itself, or else what its certificate or token does; whether that is true is seen later. */
  private async claimedName(login: Login): Promise<Name | null> {
    const { password, certificates } = login;
    const name = this.nameOf(login);
    if (name !== null && name.username !== '') return name;
    if (hasPassword(password)) {
      if (name === null) return null;
      const username = await this.tokens.usernameOf(name.slug, password.toString('latin1'));
      return username === null ? null : { slug: name.slug, username };
    }
    if (certificates === undefined) return null;
    const slug = name?.slug ?? (await this.certificates.tenantOf(certificates));
    if (slug === null) return null;
    const said = name === null ? (login.username ?? '') : '';
    const username = said === '' ? await this.certificates.usernameOf(slug, certificates) : said;
    return username === null ? null : { slug, username };
  }

  /** `<tenant>:<user name>`, or a plain (or no) user name where the server name says the tenant. */
  nameOf({ username = '', serverName }: Login): Name | null {
    const colon = username.indexOf(':');
    if (colon > 0) return { slug: username.slice(0, colon), username: username.slice(colon + 1) };
    const suffix = this.baseDomain === null ? null : `.${this.baseDomain}`;
    const host = serverName?.toLowerCase().replace(/:\d+$/, '');
    if (suffix === null || !host?.endsWith(suffix)) return null;
    return { slug: host.slice(0, -suffix.length), username };
  }

  private find(slug: string, username: string): Promise<Entry | null> {
    return this.entries.get(keyOf(slug, username), () => this.read(slug, username));
  }

  private async read(slug: string, username: string): Promise<Entry | null> {
    // From the tenant down, in several statements: what is deleted between them is missing, and nothing fails for it.
    const tenant = await reachable(
      this.prisma.tenant.findUnique({
        where: { slug },
        include: {
          policies: { where: { isDefault: true } },
          credentials: { where: { username }, include: { policy: true } },
        },
      }),
    );
    const found = tenant?.credentials[0];
    if (tenant === null || found === undefined) return null;
    const policy = policyOf((found.policy ?? tenant.policies[0])?.settings);
    const authorize = await this.authorizerFor(found);
    const expiresAt = found.expiresAt?.getTime();
    const identity = { tenantId: tenant.id, tenantSlug: slug, username, policy, authorize, expiresAt };
    return {
      id: found.id,
      identity,
      secrets: found.loginMethods.includes('secret') ? secretsOf(found, identity) : [],
      takesCertificates: found.loginMethods.includes('certificate'),
      pinnedCertificates: found.certificateFingerprints,
      takesTokens: found.loginMethods.includes('token'),
      clientIdRule: found.clientIdRule as ClientIdRule,
      clientId: found.clientId,
      isEnabled: found.enabled,
      isTenantSuspended: tenant.suspendedAt !== null || tenant.deletingSince !== null,
    };
  }

  private async readAuthorizer(tenantId: number, username: string): Promise<Authorize | undefined> {
    const found = await reachable(
      this.prisma.credential.findUnique({ where: { tenantId_username: { tenantId, username } } }),
    );
    return found?.enabled ? this.authorizerFor(found) : NOTHING;
  }

  /** undefined: there are no rules to be asked. */
  private async authorizerFor({
    tenantId,
    username,
    acl,
    roles,
  }: Credential): Promise<Authorize | undefined> {
    const rules = await this.rulesOf(tenantId);
    const credential = { username, acl: acl as AclRule[] | null, roles };
    const isFree = credential.acl === null && roles.length === 0 && rules.byDefault === 'allow';
    return isFree ? undefined : authorizerOf(credential, rules);
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

function secretsOf(found: Credential, identity: Identity): Secret[] {
  const { id: credentialId, tenantId, passwordHash, previousPasswordHash, previousUntil } = found;
  const scram = found.scram as ScramKeys | null;
  const previousScram = found.previousScram as ScramKeys | null;
  const importedAs = (hash: string | null, isPrevious: boolean) =>
    hash === null ? null : { credentialId, tenantId, passwordHash: hash, isPrevious };
  const imported = importedAs(passwordHash, false);
  const secrets: Secret[] = [{ hash: found.secretHash, scram, imported, identity }];
  if (found.previousSecretHash !== null && previousUntil !== null) {
    const expiresAt = Math.min(previousUntil.getTime(), identity.expiresAt ?? Infinity);
    secrets.push({
      hash: found.previousSecretHash,
      scram: previousScram,
      imported: importedAs(previousPasswordHash, true),
      identity: { ...identity, expiresAt },
    });
  }
  return secrets;
}

function keyOf(slug: string, username: string): string {
  return `${slug} ${username}`;
}

/** An empty one is none: some clients cannot leave it out. */
function hasPassword(password: Buffer | undefined): password is Buffer {
  return password !== undefined && password.length > 0;
}

/** Of those who are gone or disabled. */
export const NOTHING: Authorize = () => null;

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

const BUSY = refused(ReasonCode.SERVER_BUSY, 'Too many passwords are being checked, try again');
const GUESSED = refused(
  ReasonCode.CONNECTION_RATE_EXCEEDED,
  'Too many wrong passwords, try again in a minute',
);
const NAMELESS = refused(ReasonCode.NOT_AUTHORIZED, 'A user name is needed: <tenant>:<user name>');
const UNKNOWN = refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, 'Unknown user name or wrong password');
