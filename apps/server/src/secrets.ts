import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** A secret of 256 bits, as text that may stand in a URL. */
export function generateSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256: enough for secrets of 256 bits, which nobody can guess. In memory of its own, as Prisma takes bytes. */
export function hashSecret(secret: string | Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', secret, 'buffer'));
}

/** In constant time for hashes of one length. */
export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** In constant time. */
export function isSecret(secret: string | Buffer, hash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}

/** The secret kept in a file (mode 0600), made at first use. */
export async function secretInFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const secret = generateSecret();
    await writeFile(file, secret, { mode: 0o600, flag: 'wx' });
    return secret;
  }
}
