'use client';

import { ApiProblem, type CertificateAuthority } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { CopyButton } from '@/interface/copy-button.tsx';
import { Fact, Facts } from '@/interface/facts.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { authorityQuery, NAME_SOURCES } from './authorities.ts';
import { AuthorityActions } from './authority-actions.tsx';
import { AuthorityState } from './authority-table.tsx';
import { RevocationSection } from './revocation-section.tsx';
import { Validity } from './validity.tsx';

/** One certificate authority, what can be done to it, and what it has revoked. */
export function AuthorityView() {
  const tenant = useTenant();
  const name = decodeURIComponent(useParams<{ name: string }>().name);
  const { data, error } = useQuery(authorityQuery(tenant, name));
  const isGone = error instanceof ApiProblem && error.code === 'authority-not-found';
  return (
    <>
      <p className="mb-2 text-[13px] text-quiet">
        <Link href={`/tenants/${tenant}/certificates`} className="door">
          Certificates
        </Link>
      </p>
      {isGone ? (
        <h1 className="text-xl font-semibold">
          There is no certificate authority <span className="font-mono">{name}</span>
        </h1>
      ) : (
        <LoadState label="The authority" data={data} error={error} rows={12}>
          {(authority) => <Known tenant={tenant} authority={authority} />}
        </LoadState>
      )}
    </>
  );
}

function Known({ tenant, authority }: { tenant: string; authority: CertificateAuthority }) {
  const mayChange = useMay(tenant, 'credentials:write');
  return (
    <>
      <h1 className="mb-3 font-mono text-lg font-medium break-all">{authority.name}</h1>
      {mayChange && <AuthorityActions tenant={tenant} authority={authority} />}
      <AuthorityFacts tenant={tenant} authority={authority} />
      <RevocationSection tenant={tenant} authority={authority} mayChange={mayChange} />
    </>
  );
}

function AuthorityFacts({ tenant, authority }: { tenant: string; authority: CertificateAuthority }) {
  const { subject, fingerprint, notBefore, nameFrom, namePrefix, isProved, crl, createdAt } = authority;
  return (
    <Facts>
      <Fact name="Subject">{subject}</Fact>
      <Fact name="Fingerprint">
        <span className="font-mono break-all" data-testid="fingerprint">
          {fingerprint}
        </span>{' '}
        <CopyButton text={fingerprint} label="Copy the fingerprint" />
      </Fact>
      <Fact name="State">
        <AuthorityState authority={authority} />
      </Fact>
      <Fact name="Certificate">
        <Validity {...authority} />, good from <RelativeTime iso={notBefore} direction />
      </Fact>
      <Fact name="Credential">
        named by {NAME_SOURCES[nameFrom]}
        {namePrefix !== '' && (
          <>
            {' '}
            behind <span className="font-mono">{namePrefix}</span>
          </>
        )}
      </Fact>
      <Fact name="User name">
        {isProved
          ? 'not needed: the authority was shown to be the tenant’s own'
          : `needed: "${tenant}:" at least, until the authority is shown to be the tenant’s own`}
      </Fact>
      <Fact name="Revocation list">
        {crl === null ? (
          'none'
        ) : (
          <>
            {crl.number !== null && <span className="font-mono">{crl.number}</span>} of{' '}
            <RelativeTime iso={crl.thisUpdate} direction />; the next is due{' '}
            <RelativeTime iso={crl.nextUpdate} direction />
          </>
        )}
      </Fact>
      <Fact name="Registered">
        <RelativeTime iso={createdAt} direction />
      </Fact>
    </Facts>
  );
}
