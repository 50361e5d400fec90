import type { Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { hash } from '@node-rs/argon2';
import { ByTurns } from './by-turns.ts';
import { isPasswordOf } from './foreign-hash.ts';
import { Guesses } from './guesses.ts';
import { PepperedHash } from './peppered-hash.ts';

/** Of the four threads that Node has for such work. */
const HASHES_AT_ONCE = 2;
const MAX_WAITING_OF_A_TENANT = 500;

/** A secret that is kept slow to guess, as another broker did or as argon2id. */
export interface ImportedSecret {
  credentialId: number;
  tenantId: number;
  passwordHash: string;
  /** Whether it is the secret before the last rotation. */
  isPrevious: boolean;
}

/**
 * Passwords that devices bring from another broker, and that people may have chosen. Each is checked the costly way once;
 * from then on it is known by a quick hash that is keyed with the server's secret, and kept as argon2id besides, by which
 * a server with another secret goes on. A storm of first logins keeps neither the event loop nor another tenant waiting.
 */
export class ImportedPasswords {
  private readonly turns = new ByTurns<number>(HASHES_AT_ONCE, MAX_WAITING_OF_A_TENANT);
  private readonly quick: PepperedHash;
  /** What people have chosen can be guessed. */
  readonly guesses = new Guesses();

  constructor(
    private readonly prisma: PrismaClient,
    serverSecret: string,
    private readonly log: Logger,
  ) {
    this.quick = new PepperedHash(serverSecret);
  }

  /** By the quick hash; null: there is none yet, or none of this server. */
  isKnown(hash: Uint8Array, password: Buffer): boolean | null {
    return this.quick.isOf(hash, password);
  }

  /** The costly way. @throws TooManyWaitError while too many of the tenant's are being checked */
  isRight(secret: ImportedSecret, password: Buffer): Promise<boolean> {
    return this.turns.run(secret.tenantId, async () => {
      if (!(await isPasswordOf(secret.passwordHash, password))) return false;
      await this.keep(secret, password);
      return true;
    });
  }

  /** Unless it was rotated meanwhile. Not kept, it is checked the costly way once more. */
  private async keep(secret: ImportedSecret, password: Buffer): Promise<void> {
    const { credentialId: id, passwordHash: known, isPrevious } = secret;
    const [secretHash, passwordHash] = [this.quick.of(password), await hash(password)];
    const where = { id, ...(isPrevious ? { previousPasswordHash: known } : { passwordHash: known }) };
    const data = isPrevious
      ? { previousSecretHash: secretHash, previousPasswordHash: passwordHash }
      : { secretHash, passwordHash };
    try {
      await this.prisma.credential.updateMany({ where, data });
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'An imported password could not be kept');
    }
  }
}
