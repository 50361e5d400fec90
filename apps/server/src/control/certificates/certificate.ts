import { hash, X509Certificate } from 'node:crypto';
import { CertificateDetails } from './certificate-details.ts';

/** Longer ones are not looked at: whoever wants to connect may send what they like. */
const MAX_DER_BYTES = 16 * 1024;

/** An X.509 certificate. What OpenSSL tells of it is cheap; its details are taken apart when they are asked for. */
export class Certificate {
  /** SHA-256 of its DER; hexadecimal. */
  readonly fingerprint: string;
  /** Hexadecimal, without leading zeros. */
  readonly serialNumber: string;
  /** As OpenSSL writes it. */
  readonly subject: string;
  readonly issuer: string;
  /** In ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  private parsed: CertificateDetails | null | undefined;

  private constructor(readonly x509: X509Certificate) {
    this.fingerprint = hash('sha256', x509.raw);
    this.serialNumber = normalSerialNumber(x509.serialNumber);
    // Several lines, and Node gives undefined for a name that is empty.
    this.subject = x509.subject ?? '';
    this.issuer = x509.issuer ?? '';
    this.notBefore = x509.validFromDate.getTime();
    this.notAfter = x509.validToDate.getTime();
  }

  /** @param encoded DER, or PEM of one certificate. @returns null: it is no certificate that can be understood */
  static parse(encoded: Uint8Array | string): Certificate | null {
    try {
      const x509 = new X509Certificate(encoded);
      return x509.raw.length > MAX_DER_BYTES ? null : new Certificate(x509);
    } catch {
      return null;
    }
  }

  /** null: they cannot be understood. */
  get details(): CertificateDetails | null {
    if (this.parsed === undefined) this.parsed = CertificateDetails.of(this.x509);
    return this.parsed;
  }

  /** Whether it says that it may issue certificates. */
  get isAuthority(): boolean {
    return this.x509.ca;
  }

  /** Whether the other's key has signed it, under the other's name. */
  isIssuedBy(other: Certificate): boolean {
    try {
      return this.x509.checkIssued(other.x509) && this.x509.verify(other.x509.publicKey);
    } catch {
      // A key that cannot sign so.
      return false;
    }
  }

  isValidAt(now: number): boolean {
    return now >= this.notBefore && now < this.notAfter;
  }

  get pem(): string {
    return this.x509.toString();
  }
}

/** As certificates, revocation lists and people write it. */
export function normalSerialNumber(hexadecimal: string): string {
  return hexadecimal
    .replaceAll(':', '')
    .toLowerCase()
    .replace(/^0+(?=.)/, '');
}
