import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps answers, which may hold secrets that are shown once, so that the database alone does not tell them: the server's
 * secret and the request's own key are needed too.
 */
export class Sealed {
  constructor(private readonly secret: string) {}

  seal(text: string, key: string): Uint8Array<ArrayBuffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.keyOf(key), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
  }

  /** @throws Error when it was sealed with another secret or key */
  open(sealed: Uint8Array, key: string): string {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv(CIPHER, this.keyOf(key), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  }

  private keyOf(key: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, '', `idempotency key ${key}`, KEY_BYTES));
  }
}
