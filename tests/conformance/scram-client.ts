import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), as texts. */
export class ScramClient {
  private challenge = '';
  private final = '';
  private saltedPassword = Buffer.alloc(0);
  private readonly bare: string;

  constructor(
    username: string,
    private readonly password: string,
    private readonly nonce = 'rOprNGfwEbeRWgbNEkqO',
  ) {
    this.bare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  }

  get firstMessage(): string {
    return `n,,${this.bare}`;
  }

  /** The answer to the server's challenge. @throws Error when the challenge is not one for this client */
  answer(challenge: string): string {
    const [, nonce, salt, iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge) ?? [];
    if (!nonce?.startsWith(this.nonce) || nonce === this.nonce) throw new Error(`Not for us: ${challenge}`);
    this.challenge = challenge;
    this.final = `c=biws,r=${nonce}`;
    this.saltedPassword = pbkdf2Sync(
      this.password,
      Buffer.from(salt, 'base64'),
      Number(iterations),
      32,
      'sha256',
    );
    const clientKey = hmac(this.saltedPassword, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), this.signed);
    const proof = clientKey.map((byte, index) => byte ^ signature[index]);
    return `${this.final},p=${Buffer.from(proof).toString('base64')}`;
  }

  /** What the server must prove itself with. */
  get serverProof(): string {
    return `v=${hmac(hmac(this.saltedPassword, 'Server Key'), this.signed).toString('base64')}`;
  }

  private get signed(): string {
    return `${this.bare},${this.challenge},${this.final}`;
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
