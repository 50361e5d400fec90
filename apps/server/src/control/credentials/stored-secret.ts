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

/** What is kept of an issued secret. `salt`: of the secret that is valid beside it, so that SCRAM can tell either. */
export async function storedSecret(
  secret: string,
  salt?: string,
): Promise<{ secretHash: Uint8Array<ArrayBuffer>; scram: { [Key in keyof ScramKeys]: ScramKeys[Key] } }> {
  return { secretHash: hashSecret(secret), scram: { ...(await scramKeys(secret, salt)) } };
}

async function scramKeys(secret: string, known?: string): Promise<ScramKeys> {
  const salt = known === undefined ? randomBytes(16) : Buffer.from(known, 'base64');
  const saltedPassword = await derive(secret.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', saltedPassword).update('Client Key').digest();
  return {
    salt: salt.toString('base64'),
    iterations: ITERATIONS,
    storedKey: createHash('sha256').update(clientKey).digest('base64'),
    serverKey: createHmac('sha256', saltedPassword).update('Server Key').digest('base64'),
  };
}
