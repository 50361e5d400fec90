import { DomainError } from '../errors.ts';
import { Certificate } from './certificate.ts';
import type { NameSource } from './certificate-details.ts';

const PEM = /-----BEGIN CERTIFICATE-----/g;

/** A certificate that may be registered as an authority's. @throws DomainError `invalid-request` */
export function checkAuthority(pem: string): Certificate {
  const certificate = onlyOneIn(pem, 'certificate');
  const { details } = certificate;
  if (details === null) throw invalid('certificate', 'The certificate cannot be understood');
  if (details.flaw !== null) throw invalid('certificate', `The certificate cannot be used: ${details.flaw}`);
  if (!details.mayIssue(0))
    throw invalid('certificate', "It is no authority's (basic constraints CA, key usage keyCertSign)");
  if (Date.now() >= certificate.notAfter) throw invalid('certificate', 'The certificate has expired');
  return certificate;
}

/**
 * Checks that somebody who has the authority's key has made a certificate for the tenant.
 *
 * @throws DomainError `invalid-request`
 */
export function checkProof(pem: string, authority: Certificate, tenant: string): void {
  const certificate = onlyOneIn(pem, 'proof');
  const name = `restante tenant ${tenant}`;
  if (!certificate.isIssuedBy(authority))
    throw invalid('proof', 'The authority has not issued this certificate');
  if (!certificate.details?.names('common-name', '').includes(name))
    throw invalid('proof', `Its common name must be "${name}"`);
  if (!certificate.isValidAt(Date.now())) throw invalid('proof', 'It is not valid now');
}

/** A URI holds a colon and a user name cannot: without a prefix no certificate would ever name a credential. */
export function checkNaming(nameFrom: NameSource, namePrefix: string): void {
  if (nameFrom === 'san-uri' && !namePrefix.includes(':'))
    throw invalid('namePrefix', 'For san-uri it must hold all up to the name, as in "urn:device:"');
}

function onlyOneIn(pem: string, path: string): Certificate {
  if ((pem.match(PEM)?.length ?? 0) !== 1) throw invalid(path, 'It must be one certificate in PEM');
  const certificate = Certificate.parse(pem);
  if (certificate === null) throw invalid(path, 'It is no certificate that can be understood');
  return certificate;
}

function invalid(path: string, message: string): DomainError {
  return new DomainError('invalid-request', message, [{ path, message }]);
}
