import { Choice, Flag, List, Part, Text, Texts, When, Whole } from '../fields.ts';
import { NAME_SOURCES, type NameSource } from './certificate-details.ts';
import { MAX_LIST_LENGTH } from './revocation-list.ts';

const MAX_PEM_LENGTH = 24_000;
const MAX_SERIAL_NUMBERS = 1_000;

export class UpdateCertificateAuthority {
  @Choice(NAME_SOURCES, {
    optional: true,
    description: "Where in a device's certificate the name of its credential stands; at first: common-name",
  })
  nameFrom?: NameSource;

  @Text({
    optional: true,
    max: 200,
    description: 'The name is what stands there behind this; what does not begin so names nothing',
    example: 'urn:device:',
  })
  namePrefix?: string;

  @Text({
    optional: true,
    max: MAX_PEM_LENGTH,
    description:
      'PEM of a certificate issued by the authority, with the common name "restante tenant <tenant>": shows that its key is the tenant\'s own, so that devices need no user name',
  })
  proof?: string;

  @Flag({
    optional: true,
    description: 'false: nobody it has issued a certificate for gets in',
  })
  isEnabled?: boolean;
}

export class CreateCertificateAuthority extends UpdateCertificateAuthority {
  @Text({
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    message:
      'name must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
    example: 'factory',
  })
  name!: string;

  @Text({ max: MAX_PEM_LENGTH, description: 'PEM of its certificate: a root, or an intermediate one' })
  certificate!: string;
}

export class RevocationListView {
  @Text({ nullable: true, description: 'Its CRL number, hexadecimal' }) number!: string | null;
  @When() thisUpdate!: string;
  @When({ description: 'When there is to be another one; until that is there, this one stays in force' })
  nextUpdate!: string;
}

export class CertificateAuthorityView {
  @Text() name!: string;
  @Text({ description: 'Of its certificate' }) subject!: string;
  @Text({ description: 'SHA-256, hexadecimal' }) fingerprint!: string;
  @When() notBefore!: string;
  @When() notAfter!: string;
  @Choice(NAME_SOURCES) nameFrom!: NameSource;
  @Text() namePrefix!: string;
  @Flag() isEnabled!: boolean;
  @Flag({ description: "It was shown to be the tenant's own: devices need no user name" }) isProved!: boolean;
  @Part(() => RevocationListView, { nullable: true, description: 'null: there is none' })
  crl!: RevocationListView | null;
  @When() createdAt!: string;
  @Text({ description: 'PEM' }) certificate!: string;
}

export class CertificateAuthorityList {
  @List(() => CertificateAuthorityView) items!: CertificateAuthorityView[];
  @Text({ nullable: true }) next!: string | null;
}

export class PutRevocationList {
  @Text({
    max: MAX_LIST_LENGTH,
    description: 'An X.509 CRL that the authority has signed: PEM, or DER in base64',
  })
  crl!: string;
}

export class RevokeCertificates {
  @Texts({ max: MAX_SERIAL_NUMBERS, maxLength: 64, description: 'Hexadecimal, with or without colons' })
  serialNumbers!: string[];
}

export class RevokedCertificateView {
  @Text({ description: 'Hexadecimal' }) serialNumber!: string;
  @When() revokedAt!: string;
  @Flag({ description: 'It stands in the revocation list; false: it was revoked by hand' }) byCrl!: boolean;
}

export class RevokedCertificateList {
  @List(() => RevokedCertificateView) items!: RevokedCertificateView[];
  @Text({ nullable: true }) next!: string | null;
}

export class RevocationResult {
  @Whole({ description: 'Certificates that were not revoked by hand before' }) revoked!: number;
}
