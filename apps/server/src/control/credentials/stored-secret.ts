import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { hashSecret } from '../../secrets.ts';

/** What a server keeps of a secret for SCRAM (RFC 5802 section 3); base64. Nobody can log in with it. */
export interface ScramKeys {
  salt: string;
  iterations: number;
  storedKey: string;
  serverKey: string;
}

/** The least that RFC 7677 section 4 asks for; the secrets have 256 bits, so more would only slow reconnects. */
const ITERATIONS = 4_096;

const derive = promisify(pbkdf2);

/** What is kept of an issued secret. */
export async function storedSecret(
  secret: string,
): Promise<{ secretHash: Uint8Array<ArrayBuffer>; scram: { [Key in keyof ScramKeys]: ScramKeys[Key] } }> {
  // Prisma takes bytes that own their memory.
  return { secretHash: new Uint8Array(hashSecret(secret)), scram: { ...(await scramKeys(secret)) } };
}

async function scramKeys(secret: string): Promise<ScramKeys> {
  const salt = randomBytes(16);
  const saltedPassword = await derive(secret.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', saltedPassword).update('Client Key').digest();
  return {
    salt: salt.toString('base64'),
    iterations: ITERATIONS,
    storedKey: createHash('sha256').update(clientKey).digest('base64'),
    serverKey: createHmac('sha256', saltedPassword).update('Server Key').digest('base64'),
  };
}
