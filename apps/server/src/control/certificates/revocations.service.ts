import { Inject, Injectable } from '@nestjs/common';
import type { Inspection } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { CredentialDirectory } from '../credentials/credential-directory.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { CREDENTIALS, INSPECTION, PRISMA } from '../providers.ts';
import { type Tenant, TenantsAccess } from '../tenants/tenants-access.ts';
import { type Authority, certificateOf, findAuthority, toView } from './authorities.service.ts';
import type {
  CertificateAuthorityView,
  PutRevocationList,
  RevocationResult,
  RevokeCertificates,
  RevokedCertificateList,
} from './authorities.dto.ts';
import { normalSerialNumber } from './certificate.ts';
import { CertificateProof } from './certificate-logins.ts';
import { isOlder, readRevocationList, type RevocationList } from './revocation-list.ts';

const MAX_REVOKED_BY_HAND = 100_000;
/** For the rows of the longest list. */
const LIST_TIMEOUT_MS = 30_000;

/** Certificates that are good no longer, by their authority's list or by hand. Their connections are closed at once. */
@Injectable()
export class RevocationsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(CREDENTIALS) private readonly directory: CredentialDirectory,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  /** A list in the place of the one before. */
  async putList(
    caller: Caller,
    slug: string,
    name: string,
    { crl }: PutRevocationList,
  ): Promise<CertificateAuthorityView> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const authority = await findAuthority(this.prisma, tenant, name);
    const list = await readRevocationList(crl, certificateOf(authority));
    const view = await this.replaceList(caller, tenant, authority, list);
    this.revoked(tenant, authority, new Set(list.revoked.map(({ serialNumber }) => serialNumber)));
    return view;
  }

  private replaceList(
    caller: Caller,
    tenant: Tenant,
    { id, name }: Authority,
    { revoked, number, thisUpdate, nextUpdate }: RevocationList,
  ): Promise<CertificateAuthorityView> {
    return this.prisma.$transaction(
      async (tx) => {
        // Lists that come at the same time come one after the other.
        await tx.$queryRaw`SELECT 1 FROM certificate_authority WHERE id = ${id} FOR UPDATE`;
        const present = await tx.certificateAuthority.findUnique({ where: { id } });
        if (present === null)
          throw new DomainError('authority-not-found', `There is no certificate authority "${name}"`);
        const before = present.crlThisUpdate && {
          number: present.crlNumber,
          thisUpdate: present.crlThisUpdate,
        };
        if (before !== null && isOlder({ number, thisUpdate }, before))
          throw new DomainError(
            'older-list',
            `A newer list, of ${before.thisUpdate.toISOString()}, is in force`,
          );
        await tx.revokedCertificate.deleteMany({ where: { authorityId: id, byCrl: true } });
        const serialNumbers = revoked.map(({ serialNumber }) => serialNumber);
        const times = revoked.map(({ revokedAt }) => revokedAt.toISOString());
        await tx.$executeRaw`
        INSERT INTO revoked_certificate (authority_id, serial_number, by_crl, revoked_at)
        SELECT ${id}, serial_number, true, revoked_at
        FROM unnest(${serialNumbers}::text[], ${times}::timestamptz[]) AS listed (serial_number, revoked_at)`;
        const data = { crlNumber: number, crlThisUpdate: thisUpdate, crlNextUpdate: nextUpdate };
        const after = toView(await tx.certificateAuthority.update({ where: { id }, data }));
        const told = { crl: after.crl, revoked: revoked.length };
        const change = { tenant, action: 'certificate-authority.crl', target: name, after: told };
        await this.audit.record(caller, change, tx);
        return after;
      },
      { timeout: LIST_TIMEOUT_MS },
    );
  }

  async revoke(
    caller: Caller,
    slug: string,
    name: string,
    body: RevokeCertificates,
  ): Promise<RevocationResult> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const authority = await findAuthority(this.prisma, tenant, name);
    const serialNumbers = new Set(body.serialNumbers.map(checkSerialNumber));
    const revokedAt = new Date();
    const rows = [...serialNumbers].map((serialNumber) => ({
      ...{ authorityId: authority.id, serialNumber, byCrl: false, revokedAt },
    }));
    const count = await this.prisma.$transaction(async (tx) => {
      const created = await tx.revokedCertificate.createMany({ data: rows, skipDuplicates: true });
      const where = { authorityId: authority.id, byCrl: false };
      if ((await tx.revokedCertificate.count({ where })) > MAX_REVOKED_BY_HAND)
        throw new DomainError('too-many-of-them', `At most ${MAX_REVOKED_BY_HAND} are revoked by hand`);
      const after = { serialNumbers: [...serialNumbers] };
      const change = { tenant, action: 'certificate-authority.revoke', target: name, after };
      await this.audit.record(caller, change, tx);
      return created.count;
    });
    this.revoked(tenant, authority, serialNumbers);
    return { revoked: count };
  }

  async list(
    caller: Caller,
    slug: string,
    name: string,
    { limit, after }: PageQuery,
  ): Promise<RevokedCertificateList> {
    const tenant = await this.access.require(caller, slug, 'credentials:read');
    const { id: authorityId } = await findAuthority(this.prisma, tenant, name);
    const [, serialNumber = '', source = ''] = /^([0-9a-f]+) (crl|hand)$/.exec(after ?? '') ?? [];
    const behind = [
      { serialNumber: { gt: serialNumber } },
      ...(source === 'hand' ? [{ serialNumber, byCrl: true }] : []),
    ];
    const rows = await this.prisma.revokedCertificate.findMany({
      where: { authorityId, OR: serialNumber === '' ? undefined : behind },
      orderBy: [{ serialNumber: 'asc' }, { byCrl: 'asc' }],
      take: limit + 1,
    });
    return toPage(
      rows,
      limit,
      (row) => `${row.serialNumber} ${row.byCrl ? 'crl' : 'hand'}`,
      (row) => ({ serialNumber: row.serialNumber, byCrl: row.byCrl, revokedAt: row.revokedAt.toISOString() }),
    );
  }

  /** Takes back what was revoked by hand. */
  async restore(caller: Caller, slug: string, name: string, given: string): Promise<void> {
    const tenant = await this.access.require(caller, slug, 'credentials:write');
    const { id: authorityId } = await findAuthority(this.prisma, tenant, name);
    const serialNumber = normalSerialNumber(given);
    await this.prisma.$transaction(async (tx) => {
      const where = { authorityId, serialNumber, byCrl: false };
      const { count } = await tx.revokedCertificate.deleteMany({ where });
      if (count === 0) throw new DomainError('certificate-not-revoked', `"${given}" was not revoked by hand`);
      const before = { serialNumbers: [serialNumber] };
      const change = { tenant, action: 'certificate-authority.restore', target: name, before };
      await this.audit.record(caller, change, tx);
    });
    this.directory.certificatesChanged();
  }

  private revoked({ id: tenantId }: Tenant, { id }: Authority, serialNumbers: ReadonlySet<string>): void {
    this.directory.certificatesChanged();
    this.inspection.disconnectIdentities(
      tenantId,
      ({ proof }) =>
        proof instanceof CertificateProof &&
        proof.authorityIds.includes(id) &&
        serialNumbers.has(proof.serialNumber),
      'The certificate was revoked',
    );
  }
}

function checkSerialNumber(text: string): string {
  const serialNumber = normalSerialNumber(text);
  if (/^[0-9a-f]{1,40}$/.test(serialNumber)) return serialNumber;
  const message = 'A serial number has 1 to 40 hexadecimal digits';
  throw new DomainError('invalid-request', message, [{ path: 'serialNumbers', message }]);
}
