import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 4;
const HASH_BYTES = ID_BYTES + 32;

/**
 * A quick hash of passwords that people may have chosen. Whoever has the database alone cannot try words on it: it is
 * keyed with the server's secret, which is not in there. It says which secret that was.
 */
export class PepperedHash {
  private readonly key: Buffer;
  private readonly id: Buffer;

  constructor(serverSecret: string) {
    this.key = Buffer.from(hkdfSync('sha256', serverSecret, '', 'imported password', 32));
    this.id = createHash('sha256').update(this.key).digest().subarray(0, ID_BYTES);
  }

  of(password: Buffer): Uint8Array<ArrayBuffer> {
    const code = createHmac('sha256', this.key).update(password).digest();
    return new Uint8Array(Buffer.concat([this.id, code]));
  }

  /** In constant time. null: it cannot tell, the hash is another one or was made with another secret. */
  isOf(hash: Uint8Array, password: Buffer): boolean | null {
    if (hash.length !== HASH_BYTES || !this.id.equals(hash.subarray(0, ID_BYTES))) return null;
    return timingSafeEqual(hash, this.of(password));
  }
}
