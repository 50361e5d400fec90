import { Anything, Choice, Choices, Flag, List, Text, When, Whole } from '../fields.ts';

const ASYMMETRIC_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
];
const SYMMETRIC_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
export const ALGORITHMS = [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS];

/** Whether it takes a key that signs as well as checks. */
export function isSymmetric(algorithm: string): boolean {
  return SYMMETRIC_ALGORITHMS.includes(algorithm);
}

const KEY_KINDS = ['jwks', 'jwks-url', 'shared-key'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const MAX_CLAIM_LENGTH = 100;
const MIN_SHARED_KEY_LENGTH = 32;
const DAY_SECONDS = 86_400;
const MAX_LIFETIME_SECONDS = 366 * DAY_SECONDS;

/** What may be left out of either. */
class TokenIssuerSettings {
  @Anything({ optional: true, description: 'Its public keys (RFC 7517); this, jwksUrl or sharedKey' })
  jwks?: object;

  @Text({ optional: true, max: 2_000, description: 'Where its public keys are: https' })
  jwksUrl?: string;

  @Text({
    optional: true,
    min: MIN_SHARED_KEY_LENGTH,
    max: 500,
    description: 'The key that it signs with, as UTF-8; kept encrypted, and never shown',
  })
  sharedKey?: string;

  @Text({
    optional: true,
    min: 1,
    max: MAX_CLAIM_LENGTH,
    description: 'The claim that names the credential; sub, if left out',
  })
  usernameClaim?: string;

  @Text({
    optional: true,
    nullable: true,
    min: 1,
    max: MAX_CLAIM_LENGTH,
    description: 'A claim that, in tokens that have it, the client identifier must equal',
  })
  clientIdClaim?: string | null;

  @Whole({
    optional: true,
    min: 1,
    max: MAX_LIFETIME_SECONDS,
    description: 'Tokens that are good for longer are refused; at first: a day',
  })
  maxLifetimeSeconds?: number;

  @Flag({ optional: true })
  isEnabled?: boolean;
}

export class UpdateTokenIssuer extends TokenIssuerSettings {
  @Text({
    optional: true,
    min: 1,
    max: 500,
    description: 'The claim iss',
    example: 'https://login.example.com',
  })
  issuer?: string;

  @Text({
    optional: true,
    min: 1,
    max: 500,
    description: 'What the claim aud is or holds',
    example: 'restante',
  })
  audience?: string;

  @Choices(ALGORITHMS, {
    optional: true,
    description: 'Those that tokens may be signed with; HS… with a shared key alone',
  })
  algorithms?: string[];
}

export class CreateTokenIssuer extends TokenIssuerSettings {
  @Text({
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    message:
      'name must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
    example: 'identity',
  })
  name!: string;

  @Text({ min: 1, max: 500, description: 'The claim iss', example: 'https://login.example.com' })
  issuer!: string;

  @Text({ min: 1, max: 500, description: 'What the claim aud is or holds', example: 'restante' })
  audience!: string;

  @Choices(ALGORITHMS, { description: 'Those that tokens may be signed with; HS… with a shared key alone' })
  algorithms!: string[];
}

export class TokenIssuerView {
  @Text() name!: string;
  @Text() issuer!: string;
  @Text() audience!: string;
  @Choices(ALGORITHMS) algorithms!: string[];
  @Choice(KEY_KINDS, { description: 'Where its keys are' }) keys!: KeyKind;
  @Anything({ nullable: true }) jwks!: object | null;
  @Text({ nullable: true }) jwksUrl!: string | null;
  @Text() usernameClaim!: string;
  @Text({ nullable: true }) clientIdClaim!: string | null;
  @Whole({ max: MAX_LIFETIME_SECONDS }) maxLifetimeSeconds!: number;
  @Flag() isEnabled!: boolean;
  @When() createdAt!: string;
}

export class TokenIssuerList {
  @List(() => TokenIssuerView) items!: TokenIssuerView[];
  @Text({ nullable: true }) next!: string | null;
}
