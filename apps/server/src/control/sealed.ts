import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps what the server must be able to read again so that the database alone does not tell it: the server's secret is
 * needed too, and the key of the one thing that is kept.
 */
export class Sealed {
  /** @param purpose what is kept: nothing that was sealed for one purpose opens for another */
  constructor(
    private readonly secret: string,
    private readonly purpose: string,
  ) {}

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
    return Buffer.from(hkdfSync('sha256', this.secret, '', `${this.purpose} ${key}`, KEY_BYTES));
  }
}
