import { RecentlyUsed } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { hash } from 'node:crypto';
import type { Proven } from '../credentials/proven.ts';
import { reachable, Remembered } from '../remembered.ts';
import { Certificate } from './certificate.ts';
import type { NameSource } from './certificate-details.ts';
import { type CertificatePath, findPath, flawOf } from './certificate-path.ts';

const MAX_REMEMBERED_TENANTS = 1_000;
const MAX_REMEMBERED_CERTIFICATES = 10_000;
const MAX_REMEMBERED_INTERMEDIATES = 10_000;
const MAX_INTERMEDIATES_OF_A_NAME = 4;
/** Tenants whose authorities have the same name. */
const MAX_NAMESAKES = 100;

/** What a login by certificate rests on: whoever revokes one of these, or changes an authority, ends the connection. */
export class CertificateProof {
  /**
   * @param authorityIds - all that have issued it
   * @param serialNumber - of what they have issued: the device's certificate, or the last intermediate one
   */
  constructor(
    readonly authorityIds: readonly number[],
    readonly serialNumber: string,
  ) {}
}

/** A certificate that a registered and enabled authority of the tenant has issued. */
interface TrustedCertificate {
  kind: 'trusted';
  /** What it says there where its authority tells names. */
  names: readonly string[];
  /** The tenant has shown that the authority is its own. */
  isOfProved: boolean;
  /** In ms since the epoch: of it and all its issuers together. */
  notBefore: number;
  notAfter: number;
  proof: CertificateProof;
}

type Checked =
  | TrustedCertificate
  /** Nobody that is registered has issued it. */
  | { kind: 'unknown'; leaf: Certificate }
  /** For people. */
  | { kind: 'refused'; reason: string };

interface Authority {
  id: number;
  certificate: Certificate;
  nameFrom: NameSource;
  namePrefix: string;
  isEnabled: boolean;
  isProved: boolean;
}

/**
 * Which certificates tenants let in. What was found out about one is remembered until an authority changes: whoever
 * changes one calls `changed()`. What is shown is, everywhere, the client's certificate, then its issuers' as the client
 * sent them, in DER.
 */
export class CertificateLogins {
  private authorities = new Remembered<Authority[]>(MAX_REMEMBERED_TENANTS);
  private checked = new Remembered<Checked>(MAX_REMEMBERED_CERTIFICATES);
  /**
   * By subject: a client that resumes a TLS session shows its own certificate alone. Only what has led to a registered
   * authority is here, and it is checked each time again.
   */
  private readonly intermediates = new RecentlyUsed<string, Certificate[]>(MAX_REMEMBERED_INTERMEDIATES);

  constructor(private readonly prisma: PrismaClient) {}

  changed(): void {
    // What is being read now was so before the change.
    this.authorities = new Remembered(MAX_REMEMBERED_TENANTS);
    this.checked = new Remembered(MAX_REMEMBERED_CERTIFICATES);
  }

  /**
   * Whether a client that shows these may log in with a credential.
   *
   * @param pinned - fingerprints of the only certificates that the credential takes, whoever issued them; empty: it takes
   * those that name it
   */
  async prove(
    slug: string,
    username: string,
    pinned: readonly string[],
    shown: readonly Uint8Array[],
  ): Promise<Proven> {
    if (pinned.length > 0 && !pinned.includes(hash('sha256', shown[0]))) return refused('is not accepted');
    const checked = await this.check(slug, shown);
    if (checked.kind === 'refused') return refused(`is not accepted: ${checked.reason}`);
    if (checked.kind === 'unknown')
      return pinned.length > 0 ? provenByPin(checked.leaf) : refused('is not accepted');
    if (pinned.length === 0 && !checked.names.includes(username)) return refused('names another credential');
    return whileValid(checked, checked.proof);
  }

  /** The one name that these tell; null: none, or several. */
  async usernameOf(slug: string, shown: readonly Uint8Array[]): Promise<string | null> {
    const checked = await this.check(slug, shown);
    return checked.kind === 'trusted' && checked.names.length === 1 ? checked.names[0] : null;
  }

  /**
   * The one tenant that has proved to be their issuer; null: there is none, or there are several. Without that proof
   * anybody could register another's authority, which is no secret, and have its devices come to them.
   */
  async tenantOf(shown: readonly Uint8Array[]): Promise<string | null> {
    const issuers = parseAll(shown).flatMap((certificate) => [
      certificate.issuer,
      ...(this.intermediates.get(certificate.issuer) ?? []).map(({ issuer }) => issuer),
    ]);
    // Counted by tenants: names are free to choose, and one tenant has many authorities.
    const some = { subject: { in: issuers }, isProved: true, isEnabled: true };
    const found = await reachable(
      this.prisma.tenant.findMany({
        where: { certificateAuthorities: { some } },
        select: { slug: true },
        orderBy: { id: 'asc' },
        take: MAX_NAMESAKES,
      }),
    );
    const slugs = found.map(({ slug }) => slug);
    const checked = await Promise.all(slugs.map((slug) => this.check(slug, shown)));
    const [first = null, ...others] = slugs.filter((_, index) => {
      const result = checked[index];
      return result.kind === 'trusted' && result.isOfProved;
    });
    return others.length === 0 ? first : null;
  }

  private check(slug: string, shown: readonly Uint8Array[]): Promise<Checked> {
    const key = `${slug} ${hash('sha256', shown[0])}`;
    // What strangers show would drive the others out, and a refusal may end with time.
    return this.checked.get(
      key,
      () => this.checkAnew(slug, shown),
      ({ kind }) => kind === 'trusted',
    );
  }

  private async checkAnew(slug: string, shown: readonly Uint8Array[]): Promise<Checked> {
    const leaf = Certificate.parse(shown[0]);
    if (leaf === null) return { kind: 'refused', reason: 'it cannot be understood' };
    const authorities = await this.authorities.get(slug, () => this.read(slug));
    const sent = parseAll(shown.slice(1));
    const intermediatesFor = ({ issuer }: Certificate) => [
      ...sent,
      ...(this.intermediates.get(issuer) ?? []),
    ];
    const path = findPath(leaf, authorities, intermediatesFor);
    if (path === null) return { kind: 'unknown', leaf };
    const checked = await this.checkPath(path);
    if (checked.kind === 'trusted')
      for (const certificate of path.intermediates) this.rememberIntermediate(certificate);
    return checked;
  }

  private async checkPath(path: CertificatePath<Authority>): Promise<Checked> {
    const { leaf, intermediates, top, issuers } = path;
    const flaw = flawOf(path);
    if (flaw !== null) return { kind: 'refused', reason: flaw };
    const ids = issuers.map(({ id }) => id);
    const where = { authorityId: { in: ids }, serialNumber: top.serialNumber };
    if ((await reachable(this.prisma.revokedCertificate.findFirst({ where }))) !== null)
      return { kind: 'refused', reason: 'it is revoked' };
    const [issuer] = issuers
      .filter(
        ({ isEnabled, certificate }) => isEnabled && certificate.details?.mayIssue(intermediates.length),
      )
      .sort((a, b) => b.certificate.notAfter - a.certificate.notAfter);
    if (issuer === undefined)
      return { kind: 'refused', reason: 'its authority is disabled, or may not issue it' };
    const all = [leaf, ...intermediates, issuer.certificate];
    return {
      kind: 'trusted',
      names: leaf.details!.names(issuer.nameFrom, issuer.namePrefix),
      isOfProved: issuer.isProved,
      notBefore: Math.max(...all.map(({ notBefore }) => notBefore)),
      notAfter: Math.min(...all.map(({ notAfter }) => notAfter)),
      proof: new CertificateProof(ids, top.serialNumber),
    };
  }

  private rememberIntermediate(certificate: Certificate): void {
    const known = this.intermediates.get(certificate.subject) ?? [];
    const others = known.filter(({ fingerprint }) => fingerprint !== certificate.fingerprint);
    const kept = [certificate, ...others].slice(0, MAX_INTERMEDIATES_OF_A_NAME);
    this.intermediates.set(certificate.subject, kept);
  }

  private async read(slug: string): Promise<Authority[]> {
    const rows = await reachable(
      this.prisma.certificateAuthority.findMany({ where: { tenant: { slug } }, orderBy: { id: 'asc' } }),
    );
    return rows.flatMap(({ id, certificate, nameFrom, namePrefix, isEnabled, isProved }) => {
      const parsed = Certificate.parse(certificate);
      if (parsed === null) return [];
      const source = nameFrom as NameSource;
      return { id, certificate: parsed, nameFrom: source, namePrefix, isEnabled, isProved };
    });
  }
}

function parseAll(encoded: readonly Uint8Array[]): Certificate[] {
  return encoded.flatMap((der) => Certificate.parse(der) ?? []);
}

/** A credential names it by its fingerprint, so that it needs no issuer. */
function provenByPin(leaf: Certificate): Proven {
  const flaw = flawOf({ leaf, intermediates: [], top: leaf, issuers: [] });
  if (flaw !== null) return refused(`is not accepted: ${flaw}`);
  return whileValid(leaf, new CertificateProof([], leaf.serialNumber));
}

function whileValid(
  { notBefore, notAfter }: Pick<TrustedCertificate, 'notBefore' | 'notAfter'>,
  proof: object,
): Proven {
  const now = Date.now();
  if (now < notBefore) return refused('is not valid yet');
  if (now >= notAfter) return refused('has expired');
  return { expiresAt: notAfter, proof };
}

function refused(what: string): Proven {
  return { refusal: `The certificate ${what}` };
}
