import { randomBytes } from 'node:crypto';
import { Sealed } from '../sealed.ts';
import { SECRET_PREFIX } from './signature.ts';

/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32;

/** A webhook's secrets as they are stored. */
export interface StoredSecrets {
  id: string;
  secret: Uint8Array;
  previousSecret: Uint8Array | null;
  previousUntil: Date | null;
}

/** What webhooks are signed with. It must be known to sign, so it is kept, encrypted with the server's own secret. */
export class SigningSecrets {
  private readonly sealed: Sealed;

  constructor(serverSecret: string) {
    this.sealed = new Sealed(serverSecret, 'webhook secret');
  }

  generate(): string {
    return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
  }

  seal(webhookId: string, secret: string): Uint8Array<ArrayBuffer> {
    return this.sealed.seal(secret, webhookId);
  }

  /**
   * Those in force, the newest first.
   *
   * @throws Error when they were sealed with another server secret
   */
  open({ id, secret, previousSecret, previousUntil }: StoredSecrets, now: number): string[] {
    const isPreviousGood = previousSecret !== null && previousUntil !== null && now < previousUntil.getTime();
    const sealed = isPreviousGood ? [secret, previousSecret] : [secret];
    return sealed.map((one) => this.sealed.open(one, id));
  }
}
