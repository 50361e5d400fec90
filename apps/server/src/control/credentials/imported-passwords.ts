import { type Logger } from '@restante/broker';
import { type Prisma, type PrismaClient } from '@restante/database';
import { hashSecret } from '../../secrets.ts';
import { ByTurns } from './by-turns.ts';
import { isPasswordOf } from './foreign-hash.ts';
import { storedSecret } from './stored-secret.ts';

/** Of the four threads that Node has for such work. */
const HASHES_AT_ONCE = 2;
const MAX_WAITING_OF_A_TENANT = 500;

/** A secret that is kept as another broker did. */
export interface ImportedSecret {
  credentialId: number;
  tenantId: number;
  passwordHash: string;
  /** Whether it is the secret before the last rotation. */
  isPrevious: boolean;
  /** Of the credential's other secret, so that SCRAM can tell either; undefined: that has none. */
  scramSalt: string | undefined;
}

/**
 * Passwords that devices bring from another broker. Each is checked the other broker's costly way once; from then on it
 * is kept as issued secrets are. A storm of them keeps neither the event loop nor another tenant waiting.
 */
export class ImportedPasswords {
  private readonly turns = new ByTurns<number>(HASHES_AT_ONCE, MAX_WAITING_OF_A_TENANT);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly log: Logger,
  ) {}

  /** @throws TooManyWaitError while too many of the tenant's are being checked */
  isRight(secret: ImportedSecret, password: Buffer): Promise<boolean> {
    return this.turns.run(secret.tenantId, async () => {
      if (!(await isPasswordOf(secret.passwordHash, password))) return false;
      await this.keep(secret, password);
      return true;
    });
  }

  /** Unless it was rotated meanwhile. Not kept, it is checked the costly way once more. */
  private async keep(secret: ImportedSecret, password: Buffer): Promise<void> {
    const { scram } = await storedSecret(password.toString(), secret.scramSalt);
    const secretHash = hashSecret(password);
    const { credentialId: id, passwordHash, isPrevious } = secret;
    const where = { id, ...(isPrevious ? { previousPasswordHash: passwordHash } : { passwordHash }) };
    const data: Prisma.CredentialUpdateManyMutationInput = isPrevious
      ? { previousSecretHash: secretHash, previousScram: scram, previousPasswordHash: null }
      : { secretHash, scram, passwordHash: null };
    try {
      await this.prisma.credential.updateMany({ where, data });
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'An imported password could not be kept');
    }
  }
}
