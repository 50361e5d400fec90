import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate as ParsedCertificate,
} from '@peculiar/x509';
import type { X509Certificate } from 'node:crypto';

export const NAME_SOURCES = ['common-name', 'san-dns', 'san-uri', 'san-email'] as const;

/** Where in a certificate its device's name stands. */
export type NameSource = (typeof NAME_SOURCES)[number];

const SAN_TYPES = { 'san-dns': 'dns', 'san-uri': 'url', 'san-email': 'email' } as const;

const MIN_RSA_BITS = 2_048;

/** Signatures with SHA-2 by RSA (also PSS) and ECDSA, and Ed25519 and Ed448 (RFC 4055, RFC 5758, RFC 8410). */
const SIGNATURE_ALGORITHMS = new Set([
  ...['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13', '1.2.840.113549.1.1.10'],
  ...['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4', '1.3.101.112', '1.3.101.113'],
]);

/** Basic constraints, key usage, subject alternative name, extended key usage, key identifiers, policies. */
const UNDERSTOOD_EXTENSIONS = new Set([
  ...['2.5.29.19', '2.5.29.15', '2.5.29.17', '2.5.29.37', '2.5.29.14', '2.5.29.35', '2.5.29.32'],
]);
const NAME_CONSTRAINTS = '2.5.29.30';
const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0';

/** What a certificate may be used for, and whom it names (RFC 5280 section 4.2). */
export class CertificateDetails {
  /** Why nothing that it is part of may be trusted, for people; null: it may. */
  readonly flaw: string | null;
  private readonly constraints: BasicConstraintsExtension | null;
  private readonly keyUsages: number | null;

  private constructor(
    x509: X509Certificate,
    private readonly parsed: ParsedCertificate,
  ) {
    this.constraints = parsed.getExtension(BasicConstraintsExtension);
    this.keyUsages = parsed.getExtension(KeyUsagesExtension)?.usages ?? null;
    this.flaw = flawOf(x509, parsed);
  }

  /** null: it cannot be understood. */
  static of(x509: X509Certificate): CertificateDetails | null {
    try {
      return new CertificateDetails(x509, new ParsedCertificate(new Uint8Array(x509.raw)));
    } catch {
      return null;
    }
  }

  /** Whether it may be shown by a client of TLS, as far as it says. */
  get mayBeShown(): boolean {
    return this.flaw === null && this.allows(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyAgreement);
  }

  /** Whether it may issue certificates below which there are so many more issuers. */
  mayIssue(issuersBelow: number): boolean {
    const { constraints } = this;
    if (this.flaw !== null || constraints?.ca !== true || !this.allows(KeyUsageFlags.keyCertSign))
      return false;
    return constraints.pathLength === undefined || issuersBelow <= constraints.pathLength;
  }

  private allows(usage: number): boolean {
    return this.keyUsages === null || (this.keyUsages & usage) !== 0;
  }

  /** What it says there of its device, behind the prefix: none, one or several names. */
  names(from: NameSource, prefix: string): string[] {
    const found =
      from === 'common-name'
        ? this.parsed.subjectName.getField('CN')
        : (this.parsed.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [])
            .filter(({ type }) => type === SAN_TYPES[from])
            .map(({ value }) => value);
    return found.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }
}

function flawOf(x509: X509Certificate, { extensions }: ParsedCertificate): string | null {
  const { asymmetricKeyType, asymmetricKeyDetails } = x509.publicKey;
  if (asymmetricKeyType?.startsWith('rsa') && (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    return `its RSA key is shorter than ${MIN_RSA_BITS} bits`;
  if (!SIGNATURE_ALGORITHMS.has(x509.signatureAlgorithmOid))
    return 'its signature is not by RSA, ECDSA (with SHA-256 or better), Ed25519 or Ed448';
  // As a revocation list would have it otherwise than OpenSSL.
  if (x509.serialNumber.startsWith('-')) return 'its serial number is negative';
  const types = extensions.map(({ type }) => type);
  if (new Set(types).size < types.length) return 'it has an extension twice';
  const unknown = extensions.find(
    ({ type, critical }) => type === NAME_CONSTRAINTS || (critical && !UNDERSTOOD_EXTENSIONS.has(type)),
  );
  if (unknown !== undefined) return `its extension ${unknown.type} is not understood`;
  const usages = extensions.find((extension) => extension instanceof ExtendedKeyUsageExtension)?.usages;
  const isForClients = usages?.some(
    (usage) => usage === ExtendedKeyUsage.clientAuth || usage === ANY_EXTENDED_KEY_USAGE,
  );
  return isForClients === false ? 'its extended key usage has no clientAuth' : null;
}
