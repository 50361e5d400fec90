import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { DomainError } from '../errors.ts';
import { PrivateAddressError, resolvePublic } from '../outbound/public-address.ts';
import { isSymmetric } from './issuers.dto.ts';

const MAX_KEYS = 20;
const MAX_JWKS_LENGTH = 64 * 1024;
const MIN_RSA_BITS = 2_048;
/** Of the private parts of RSA, EC and OKP keys, and of symmetric ones (RFC 7518 section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'k'];

/** Where the keys come from: one of them. */
export interface KeySource {
  jwks?: object | undefined;
  jwksUrl?: string | undefined;
  sharedKey?: string | undefined;
}

/** @throws DomainError `invalid-request` when there is not one source of keys, or the algorithms are not for it */
export function checkSource({ jwks, jwksUrl, sharedKey }: KeySource, algorithms: readonly string[]): void {
  const given = [jwks, jwksUrl, sharedKey].filter((source) => source !== undefined);
  if (given.length !== 1) throw invalid('jwks', 'One of jwks, jwksUrl and sharedKey is needed');
  checkAlgorithms(algorithms, sharedKey !== undefined);
}

/**
 * A public key must never serve as the secret of an HMAC: whoever knows it, and that is everybody, could sign.
 *
 * @throws DomainError `invalid-request`
 */
export function checkAlgorithms(algorithms: readonly string[], isShared: boolean): void {
  const foreign = algorithms.find((algorithm) => isSymmetric(algorithm) !== isShared);
  if (foreign === undefined) return;
  throw invalid('algorithms', `${foreign} does not go with ${isShared ? 'a shared key' : 'public keys'}`);
}

/** @throws DomainError `invalid-request` */
export function checkJwks(jwks: object): void {
  const { keys } = jwks as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS)
    throw invalid('jwks', `It must have 1 to ${MAX_KEYS} keys`);
  if (JSON.stringify(jwks).length > MAX_JWKS_LENGTH) throw invalid('jwks', 'It is too long');
  keys.forEach((key, index) => checkKey(key, `jwks.keys.${index}`));
}

function checkKey(key: unknown, path: string): void {
  if (typeof key !== 'object' || key === null) throw invalid(path, 'It is no key');
  if (PRIVATE_MEMBERS.some((member) => member in key))
    throw invalid(path, 'It is a private key: only the public part belongs here');
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey(key, path);
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    throw invalid(path, `It is shorter than ${MIN_RSA_BITS} bits`);
}

function publicKey(key: object, path: string) {
  try {
    return createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
  } catch (error) {
    throw invalid(path, `It is no public key (${(error as Error).message})`);
  }
}

/**
 * Whether keys may be fetched there at all. Each time they are, the address is looked at again.
 *
 * @throws DomainError `invalid-request`
 */
export async function checkUrl(text: string, allowPrivate: boolean): Promise<void> {
  if (!URL.canParse(text)) throw invalid('jwksUrl', 'It is no URL');
  const { protocol, username, password, hostname } = new URL(text);
  if (protocol !== 'https:') throw invalid('jwksUrl', 'It must be https');
  if (username !== '' || password !== '') throw invalid('jwksUrl', 'It must hold no user name and password');
  if (allowPrivate) return;
  try {
    await resolvePublic(hostname);
  } catch (error) {
    // A name that is not there yet may be there later.
    if (error instanceof PrivateAddressError) throw invalid('jwksUrl', error.message);
  }
}

function invalid(path: string, message: string): DomainError {
  return new DomainError('invalid-request', message, [{ path, message }]);
}
