import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { Prisma, PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, INSPECTION, isUniqueViolation, PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import type {
  CertificateAuthorityList,
  CertificateAuthorityView,
  CreateCertificateAuthority,
  UpdateCertificateAuthority,
} from './authorities.dto.ts';
import { checkAuthority, checkNaming, checkProof } from './authority-certificate.ts';
import { Certificate } from './certificate.ts';
import type { NameSource } from './certificate-details.ts';
import { CertificateProof } from './certificate-logins.ts';

const MAX_AUTHORITIES = 20;

export type Authority = Prisma.CertificateAuthorityGetPayload<object>;

/** Whose certificates let a tenant's devices in. A change is in force at once: connections that rest on it are closed. */
@Injectable()
export class AuthoritiesService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  async create(
    caller: Caller,
    slug: string,
    {
      name,
      certificate: pem,
      proof,
      nameFrom = 'common-name',
      namePrefix = '',
      isEnabled,
    }: CreateCertificateAuthority,
  ): Promise<CertificateAuthorityView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const certificate = checkAuthority(pem);
    checkNaming(nameFrom, namePrefix);
    if (proof !== undefined) checkProof(proof, certificate, slug);
    const { fingerprint, subject, x509 } = certificate;
    const data = {
      ...{ tenantId: tenant.id, name, nameFrom, namePrefix, isEnabled, fingerprint, subject },
      certificate: new Uint8Array(x509.raw),
      isProved: proof !== undefined,
    };
    try {
      const view = await this.prisma.$transaction(async (tx) => {
        const present = await tx.certificateAuthority.count({ where: { tenantId: tenant.id } });
        if (present >= MAX_AUTHORITIES)
          throw new DomainError('too-many-of-them', `A tenant has at most ${MAX_AUTHORITIES} authorities`);
        const after = toView(await tx.certificateAuthority.create({ data }));
        const change = { tenant, action: 'certificate-authority.create', target: name, after };
        await this.audit.record(caller, change, tx);
        return after;
      });
      this.directory.certificatesChanged();
      return view;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DomainError(
        'authority-exists',
        `"${name}" or an authority with this certificate is registered`,
      );
    }
  }

  async list(caller: Caller, slug: string, { limit, after }: PageQuery): Promise<CertificateAuthorityList> {
    const { id: tenantId } = await this.access.require(caller, slug, 'credentials:read');
    const where = { tenantId, name: after === undefined ? undefined : { gt: after } };
    const query = { where, orderBy: { name: 'asc' as const }, take: limit + 1 };
    const rows = await this.prisma.certificateAuthority.findMany(query);
    return toPage(rows, limit, ({ name }) => name, toView);
  }

  async get(caller: Caller, slug: string, name: string): Promise<CertificateAuthorityView> {
    const tenant = await this.access.require(caller, slug, 'credentials:read');
    return toView(await findAuthority(this.prisma, tenant, name));
  }

  async update(
    caller: Caller,
    slug: string,
    name: string,
    { nameFrom, namePrefix, proof, isEnabled }: UpdateCertificateAuthority,
  ): Promise<CertificateAuthorityView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await findAuthority(this.prisma, tenant, name);
    checkNaming(nameFrom ?? (present.nameFrom as NameSource), namePrefix ?? present.namePrefix);
    if (proof !== undefined) checkProof(proof, certificateOf(present), slug);
    const data = { nameFrom, namePrefix, isEnabled, isProved: proof === undefined ? undefined : true };
    const view = await this.prisma.$transaction(async (tx) => {
      const updated = await tx.certificateAuthority.update({ where: { id: present.id }, data });
      const [before, after] = [toView(present), toView(updated)];
      const change = { tenant, action: 'certificate-authority.update', target: name, before, after };
      await this.audit.record(caller, change, tx);
      return after;
    });
    this.directory.certificatesChanged();
    const isBinding = nameFrom !== undefined || namePrefix !== undefined || isEnabled !== undefined;
    if (isBinding) this.disconnect(tenant, present);
    return view;
  }

  async delete(caller: Caller, slug: string, name: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const present = await findAuthority(this.prisma, tenant, name);
    await this.prisma.$transaction(async (tx) => {
      await tx.certificateAuthority.delete({ where: { id: present.id } });
      const before = toView(present);
      const change = { tenant, action: 'certificate-authority.delete', target: name, before };
      await this.audit.record(caller, change, tx);
    });
    this.directory.certificatesChanged();
    this.disconnect(tenant, present);
  }

  private disconnect({ id: tenantId }: Tenant, { id }: Authority): void {
    this.inspection.disconnectIdentities(
      tenantId,
      ({ proof }) => proof instanceof CertificateProof && proof.authorityIds.includes(id),
      'The certificate authority was changed',
    );
  }
}

/** @throws DomainError `authority-not-found` */
export async function findAuthority(
  prisma: PrismaClient,
  { id: tenantId }: Tenant,
  name: string,
): Promise<Authority> {
  const where = { tenantId_name: { tenantId, name } };
  const found = await prisma.certificateAuthority.findUnique({ where });
  if (found === null)
    throw new DomainError('authority-not-found', `There is no certificate authority "${name}"`);
  return found;
}

/** What is kept was checked when it was registered. */
export function certificateOf({ certificate }: Authority): Certificate {
  return Certificate.parse(certificate)!;
}

export function toView(authority: Authority): CertificateAuthorityView {
  const { name, subject, fingerprint, nameFrom, namePrefix, isEnabled, isProved, createdAt } = authority;
  const { crlNumber, crlThisUpdate, crlNextUpdate } = authority;
  const certificate = certificateOf(authority);
  return {
    name,
    subject,
    fingerprint,
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
    nameFrom: nameFrom as NameSource,
    namePrefix,
    isEnabled,
    isProved,
    crl: crlThisUpdate &&
      crlNextUpdate && {
        number: crlNumber,
        thisUpdate: crlThisUpdate.toISOString(),
        nextUpdate: crlNextUpdate.toISOString(),
      },
    createdAt: createdAt.toISOString(),
    certificate: certificate.pem,
  };
}
