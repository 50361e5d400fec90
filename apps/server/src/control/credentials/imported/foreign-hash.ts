import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { isSameHash } from '../../../secrets.ts';

/** The longest text of a hash. */
export const MAX_HASH_LENGTH = 512;
/** Somewhat more than is recommended for each, so that a login cannot hold up others for long. */
const MAX_ITERATIONS = 1_000_000;
const MAX_BCRYPT_COST = 13;
const MAX_ARGON2_KIB = 128 * 1024;
const MAX_ARGON2_PASSES = 16;
const MAX_ARGON2_LANES = 8;
/** bcrypt looks at no more: without the limit, all longer passwords with the same beginning would be right. */
const MAX_BCRYPT_BYTES = 72;
/** No client has reason to send longer ones, and each is hashed. */
const MAX_PASSWORD_BYTES = 4_096;

const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'];
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const derive = promisify(pbkdf2);

/** Whether a password is the one that was hashed. Does its work off the event loop, unless that is a trifle. */
type Check = (password: Buffer) => boolean | Promise<boolean>;

/**
 * How another broker has kept a password, as text that names the scheme:
 *
 * - `$pbkdf2-<digest>$i=<iterations>$<salt>$<hash>`, where the digest is md5, sha1, sha256 or sha512
 * - `$<digest>$salt=prefix|suffix|none$<salt>$<hash>`: one digest of the salt and the password, or the other way round
 * - bcrypt as `$2b$<cost>$…` (also 2a, 2y), argon2 as `$argon2id$v=19$m=…,t=…,p=…$<salt>$<hash>` (also argon2i, argon2d)
 *
 * Salt and hash of the first two are base64.
 *
 * @returns what is wrong with it; null: it can be checked
 */
export function complaintAboutHash(text: string): string | null {
  const parsed = parse(text);
  return typeof parsed === 'string' ? parsed : null;
}

/** @param text one that there is no complaint about */
export async function isPasswordOf(text: string, password: Buffer): Promise<boolean> {
  const parsed = parse(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return password.length <= MAX_PASSWORD_BYTES && parsed(password);
}

function parse(text: string): Check | string {
  if (text.length > MAX_HASH_LENGTH)
    return `passwordHash must have ${MAX_HASH_LENGTH} characters at the most`;
  const [nothing, scheme = '', parameters = '', salt = '', hash = '', ...more] = text.split('$');
  if (/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text)) return parseBcrypt(text, Number(parameters));
  if (nothing === '' && /^argon2(id|i|d)$/.test(scheme)) return parseArgon2(text);
  if (nothing === '' && more.length === 0 && BASE64.test(salt) && BASE64.test(hash)) {
    const bytes = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
    const digest = scheme.replace(/^pbkdf2-/, '');
    if (DIGESTS.includes(digest))
      return digest === scheme
        ? parseDigest(digest, parameters, bytes)
        : parsePbkdf2(digest, parameters, bytes);
  }
  return 'passwordHash must be as $pbkdf2-sha512$i=101$<salt>$<hash>, $sha256$salt=prefix$<salt>$<hash>, $2b$… or $argon2id$…';
}

interface Bytes {
  salt: Buffer;
  hash: Buffer;
}

function parsePbkdf2(digest: string, parameters: string, { salt, hash }: Bytes): Check | string {
  const iterations = Number(/^i=(\d{1,9})$/.exec(parameters)?.[1]);
  if (!(iterations >= 1 && iterations <= MAX_ITERATIONS))
    return `passwordHash must have i=<iterations>, from 1 to ${MAX_ITERATIONS}`;
  if (hash.length < 16 || hash.length > 64) return 'The hash of passwordHash must have 16 to 64 bytes';
  return async (password) => isSameHash(await derive(password, salt, iterations, hash.length, digest), hash);
}

function parseDigest(digest: string, parameters: string, { salt, hash }: Bytes): Check | string {
  const place = /^salt=(prefix|suffix|none)$/.exec(parameters)?.[1];
  if (place === undefined) return 'passwordHash must have salt=prefix, salt=suffix or salt=none';
  const of = (...parts: Buffer[]) => createHash(digest).update(Buffer.concat(parts)).digest();
  if (hash.length !== of().length)
    return `The hash of passwordHash is none of ${digest}: it has ${hash.length} bytes`;
  if (place === 'none') return (password) => isSameHash(of(password), hash);
  return (password) => isSameHash(place === 'prefix' ? of(salt, password) : of(password, salt), hash);
}

function parseBcrypt(text: string, cost: number): Check | string {
  if (cost < 4 || cost > MAX_BCRYPT_COST)
    return `The cost of passwordHash must be from 4 to ${MAX_BCRYPT_COST}`;
  return (password) => password.length <= MAX_BCRYPT_BYTES && verifyBcrypt(password, text);
}

function parseArgon2(text: string): Check | string {
  const [, memory, passes, lanes] =
    /^\$argon2(?:id|i|d)\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}$/
      .exec(text)
      ?.map(Number) ?? [];
  if (memory === undefined) return 'passwordHash must be as $argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>';
  if (memory > MAX_ARGON2_KIB || passes > MAX_ARGON2_PASSES || lanes > MAX_ARGON2_LANES)
    return `passwordHash may have m=${MAX_ARGON2_KIB},t=${MAX_ARGON2_PASSES},p=${MAX_ARGON2_LANES} at the most`;
  return (password) => verifyArgon2(text, password);
}
