import type { ChangedTokenIssuer, NewTokenIssuer, TokenIssuer } from '@restante/api-client';

export type Algorithm = TokenIssuer['algorithms'][number];

const SYMMETRIC: Algorithm[] = ['HS256', 'HS384', 'HS512'];
const ASYMMETRIC: Algorithm[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
];

/** Those that go with a kind of keys: a public key must never serve as a secret. */
export function algorithmsFor(keys: TokenIssuer['keys']): Algorithm[] {
  return keys === 'shared-key' ? SYMMETRIC : ASYMMETRIC;
}

/** A token issuer as a form has it. */
export interface IssuerDraft {
  issuer: string;
  audience: string;
  algorithms: Algorithm[];
  keys: TokenIssuer['keys'];
  /** JSON, as it is typed. */
  jwks: string;
  jwksUrl: string;
  /** '': the present one, where there is one. */
  sharedKey: string;
  usernameClaim: string;
  /** '': none. */
  clientIdClaim: string;
  /** undefined: what is typed is no number. */
  maxLifetimeSeconds: number | undefined;
}

const DAY_SECONDS = 86_400;

export const NEW_ISSUER: IssuerDraft = {
  ...{ issuer: '', audience: '', algorithms: ['RS256'], keys: 'jwks-url', jwks: '', jwksUrl: '' },
  ...{ sharedKey: '', usernameClaim: 'sub', clientIdClaim: '', maxLifetimeSeconds: DAY_SECONDS },
};

export function draftOf(issuer: TokenIssuer): IssuerDraft {
  const { audience, algorithms, keys, jwks, jwksUrl, usernameClaim, clientIdClaim } = issuer;
  return {
    ...{ issuer: issuer.issuer, audience, algorithms, keys, usernameClaim, sharedKey: '' },
    jwks: jwks === null ? '' : JSON.stringify(jwks, null, 2),
    jwksUrl: jwksUrl ?? '',
    clientIdClaim: clientIdClaim ?? '',
    maxLifetimeSeconds: issuer.maxLifetimeSeconds,
  };
}

/** What is wrong with what is typed as a key set, before the server looks at it. */
export function jwksError({ keys, jwks }: IssuerDraft): string | undefined {
  if (keys !== 'jwks' || jwks.trim() === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(jwks);
    return typeof parsed === 'object' && parsed !== null ? undefined : 'It must be an object with "keys"';
  } catch (error) {
    return `It is no JSON: ${(error as Error).message}`;
  }
}

/** Whether all that is needed is there. @param isNew - a shared key is known otherwise */
export function isComplete(draft: IssuerDraft, isNew: boolean): boolean {
  const { issuer, audience, algorithms, keys, jwks, jwksUrl, sharedKey } = draft;
  const source = { jwks, 'jwks-url': jwksUrl, 'shared-key': sharedKey }[keys];
  const hasKeys = source.trim() !== '' || (keys === 'shared-key' && !isNew);
  return (
    [issuer, audience, draft.usernameClaim].every((text) => text.trim() !== '') &&
    algorithms.length > 0 &&
    hasKeys &&
    jwksError(draft) === undefined &&
    draft.maxLifetimeSeconds !== undefined
  );
}

export function toBody(draft: IssuerDraft): Omit<NewTokenIssuer, 'name'> {
  const { issuer, audience, algorithms, keys, usernameClaim, clientIdClaim, maxLifetimeSeconds } = draft;
  return {
    ...{ issuer: issuer.trim(), audience: audience.trim(), algorithms, maxLifetimeSeconds },
    usernameClaim: usernameClaim.trim(),
    clientIdClaim: clientIdClaim.trim() === '' ? null : clientIdClaim.trim(),
    jwks: keys === 'jwks' ? (JSON.parse(draft.jwks) as NewTokenIssuer['jwks']) : undefined,
    jwksUrl: keys === 'jwks-url' ? draft.jwksUrl.trim() : undefined,
    sharedKey: keys === 'shared-key' && draft.sharedKey !== '' ? draft.sharedKey : undefined,
  };
}

/** What differs from the issuer: only that is sent, so that the audit tells what was changed. */
export function changesOf(draft: IssuerDraft, issuer: TokenIssuer): ChangedTokenIssuer {
  const before: Record<string, unknown> = { ...toBody(draftOf(issuer)) };
  const differs = ([field, value]: [string, unknown]) =>
    value !== undefined && JSON.stringify(value) !== JSON.stringify(before[field]);
  return Object.fromEntries(Object.entries(toBody(draft)).filter(differs));
}
