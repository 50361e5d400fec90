import type { Certificate } from './certificate.ts';

/** Between a device's certificate and the authority that its tenant trusts. */
const MAX_INTERMEDIATES = 4;

/** A certificate that a tenant has registered, whether it is enabled or not. */
export interface Registered {
  certificate: Certificate;
}

/** From a device's certificate to a registered one. */
export interface CertificatePath<Authority extends Registered> {
  leaf: Certificate;
  /** Between the two, from below; not registered. */
  intermediates: Certificate[];
  /** The certificate that the authorities have issued: the device's own, or the last of the intermediates. */
  top: Certificate;
  /** All that have issued it: an authority whose certificate was renewed has two with the same key. At least one. */
  issuers: Authority[];
}

/**
 * Goes up from a device's certificate until one is registered. A registered issuer always ends the path, so that a
 * disabled one is not gone around by way of its own issuer. Only names and signatures are checked here, by OpenSSL: of
 * what a stranger has sent nothing is taken apart.
 *
 * @param intermediatesFor - those that may have issued a certificate
 * @returns null: nobody registered has issued it
 */
export function findPath<Authority extends Registered>(
  leaf: Certificate,
  authorities: readonly Authority[],
  intermediatesFor: (issued: Certificate) => readonly Certificate[],
): CertificatePath<Authority> | null {
  const intermediates: Certificate[] = [];
  let top = leaf;
  for (;;) {
    const issuers = authorities.filter(({ certificate }) => top.isIssuedBy(certificate));
    if (issuers.length > 0) return { leaf, intermediates, top, issuers };
    if (intermediates.length === MAX_INTERMEDIATES) return null;
    const next = intermediatesFor(top).find(
      (other) => other.isAuthority && !intermediates.includes(other) && top.isIssuedBy(other),
    );
    if (next === undefined) return null;
    intermediates.push(next);
    top = next;
  }
}

/** Why a path may not be trusted up to its last intermediate, for people; null: it may, as far as it says itself. */
export function flawOf({ leaf, intermediates }: CertificatePath<Registered>): string | null {
  if (leaf.details === null) return 'it cannot be understood';
  if (leaf.details.flaw !== null) return leaf.details.flaw;
  if (!leaf.details.mayBeShown) return 'its key usage has no digitalSignature';
  const isGood = intermediates.every(({ details }, issuersBelow) => details?.mayIssue(issuersBelow) === true);
  return isGood ? null : 'one of its issuers may not issue it';
}
