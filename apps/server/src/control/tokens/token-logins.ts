import type { Logger } from '@restante/broker';
import type { Prisma, PrismaClient } from '@restante/database';
import {
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import type { Agent } from 'undici';
import type { Sealed } from '../sealed.ts';
import type { Proven } from '../credentials/proven.ts';
import { reachable, Remembered } from '../remembered.ts';
import { keysAt, keysIn, KeysUnavailableError } from './key-set.ts';

const MAX_REMEMBERED_TENANTS = 1_000;
const MAX_TOKEN_BYTES = 16 * 1024;
/** A token that is just issued, by a clock that is ahead of ours. */
const MAX_SKEW_SECONDS = 30;

/** What a login by token rests on: whoever changes the issuer ends the connection. */
export class TokenProof {
  constructor(readonly issuerId: number) {}
}

type TokenIssuer = Prisma.TokenIssuerGetPayload<object>;

interface Issuer extends Pick<
  TokenIssuer,
  | 'id'
  | 'name'
  | 'issuer'
  | 'audience'
  | 'algorithms'
  | 'usernameClaim'
  | 'clientIdClaim'
  | 'maxLifetimeSeconds'
> {
  keys: JWTVerifyGetKey;
}

/** Whose tokens (JWT, RFC 7519) tenants let in. Whoever changes an issuer calls `changed()`. */
export class TokenLogins {
  private readonly issuers = new Remembered<Issuer[]>(MAX_REMEMBERED_TENANTS);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly sealed: Sealed,
    private readonly agent: Agent,
    private readonly log: Logger,
  ) {}

  changed(slug: string): void {
    this.issuers.delete(slug);
  }

  /** Whether a client that shows the token may log in with the credential of that name. */
  async prove(slug: string, username: string, clientIdentifier: string, token: string): Promise<Proven> {
    const claimed = claimsOf(token);
    let refusal: Proven = { refusal: 'The token is not accepted' };
    for (const issuer of await this.issuersOf(slug)) {
      if (issuer.issuer !== claimed?.iss) continue;
      const proven = await this.proveBy(issuer, slug, username, clientIdentifier, token);
      if (!('refusal' in proven)) return proven;
      refusal = proven;
    }
    return refusal;
  }

  /** The name that a token tells, true or not; null: none. */
  async usernameOf(slug: string, token: string): Promise<string | null> {
    const claimed = claimsOf(token);
    const issuer = (await this.issuersOf(slug)).find(({ issuer }) => issuer === claimed?.iss);
    const name = issuer === undefined ? undefined : claimed?.[issuer.usernameClaim];
    return typeof name === 'string' && name !== '' ? name : null;
  }

  private async proveBy(
    issuer: Issuer,
    slug: string,
    username: string,
    clientIdentifier: string,
    token: string,
  ): Promise<Proven> {
    try {
      const { payload } = await jwtVerify(token, issuer.keys, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: issuer.algorithms,
        requiredClaims: ['exp', issuer.usernameClaim],
        clockTolerance: MAX_SKEW_SECONDS,
      });
      return check(issuer, payload, username, clientIdentifier);
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof KeysUnavailableError) {
        const about = { tenant: slug, issuer: issuer.name, error: message };
        this.log.warn(about, 'The keys of a token issuer could not be fetched');
        return { refusal: "The keys of the token's issuer cannot be fetched", isTemporary: true };
      }
      // Its signature is good by then: its sender may be told what is wrong with it.
      const isGenuine =
        error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
      return { refusal: isGenuine ? `The token is not accepted: ${message}` : 'The token is not accepted' };
    }
  }

  private issuersOf(slug: string): Promise<Issuer[]> {
    return this.issuers.get(slug, () => this.read(slug));
  }

  private async read(slug: string): Promise<Issuer[]> {
    const where = { tenant: { slug }, isEnabled: true };
    const rows = await reachable(this.prisma.tokenIssuer.findMany({ where, orderBy: { id: 'asc' } }));
    return rows.flatMap((row) => {
      const keys = this.keysOf(row, slug);
      return keys === null ? [] : { ...row, keys };
    });
  }

  /** null: they cannot be read. */
  private keysOf(row: TokenIssuer, slug: string): JWTVerifyGetKey | null {
    try {
      if (row.jwksUrl !== null) return keysAt(row.jwksUrl, this.agent);
      if (row.sharedKey === null) return keysIn(row.jwks as unknown as JSONWebKeySet);
      const key = Buffer.from(this.sealed.open(row.sharedKey, sealingKey(row)));
      return () => key;
    } catch (error) {
      const about = { tenant: slug, issuer: row.name, error: (error as Error).message };
      this.log.error(about, 'The keys of a token issuer cannot be read: nobody can log in by it');
      return null;
    }
  }
}

/** What an issuer's shared key is sealed for. */
export function sealingKey({ tenantId, name }: Pick<TokenIssuer, 'tenantId' | 'name'>): string {
  return `${tenantId} ${name}`;
}

/** What a token says, not checked; null: it is none. */
function claimsOf(token: string): JWTPayload | null {
  if (token.length > MAX_TOKEN_BYTES) return null;
  try {
    return decodeJwt(token);
  } catch {
    return null;
  }
}

function check(
  { id, usernameClaim, clientIdClaim, maxLifetimeSeconds }: Issuer,
  claims: JWTPayload,
  username: string,
  clientIdentifier: string,
): Proven {
  const now = Date.now();
  const expiresAt = claims.exp! * 1_000;
  // For its end no clock is given any time.
  if (expiresAt <= now) return { refusal: 'The token has expired' };
  if (expiresAt > now + maxLifetimeSeconds * 1_000) return { refusal: 'The token is good for too long' };
  if (claims[usernameClaim] !== username) return { refusal: 'The token names another credential' };
  const clientId = clientIdClaim === null ? undefined : claims[clientIdClaim];
  if (clientId !== undefined && clientId !== clientIdentifier)
    return { refusal: 'The token names another client identifier' };
  return { expiresAt, proof: new TokenProof(id) };
}
