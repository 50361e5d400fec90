import type { CertificateAuthority } from '@restante/api-client';
import Link from 'next/link';
import { WideTable } from '@/interface/wide-table.tsx';
import { authorityAddress, NAME_SOURCES } from './authorities.ts';
import { Validity } from './validity.tsx';

interface AuthorityTableProps {
  tenant: string;
  authorities: CertificateAuthority[];
}

export function AuthorityTable({ tenant, authorities }: AuthorityTableProps) {
  return (
    <WideTable label="Certificate authorities">
      <thead>
        <tr>
          <th className="w-[16%]">Name</th>
          <th>Subject</th>
          <th className="w-32">Fingerprint</th>
          <th className="w-[18%]">Names the credential</th>
          <th className="w-20">State</th>
          <th className="figure w-40">Certificate</th>
          <th className="figure w-28">Revocation list</th>
        </tr>
      </thead>
      <tbody>
        {authorities.map((authority) => (
          <tr key={authority.name} data-testid="authority">
            <td className="font-mono" title={authority.name}>
              <Link href={authorityAddress(tenant, authority.name)} className="door">
                {authority.name}
              </Link>
            </td>
            <td title={authority.subject}>{authority.subject}</td>
            <td className="font-mono text-quiet" title={authority.fingerprint}>
              {authority.fingerprint}
            </td>
            <td title={authority.namePrefix}>
              {NAME_SOURCES[authority.nameFrom]}
              {authority.namePrefix !== '' && <span className="font-mono"> {authority.namePrefix}…</span>}
            </td>
            <td>
              <AuthorityState authority={authority} />
            </td>
            <td className="figure">
              <Validity {...authority} />
            </td>
            <td className="figure text-quiet">
              <Link href={authorityAddress(tenant, authority.name)} className="door">
                {authority.crl === null ? 'none' : (authority.crl.number ?? 'there')}
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

export function AuthorityState({ authority: { isEnabled } }: { authority: CertificateAuthority }) {
  return isEnabled ? (
    <span className="text-online">enabled</span>
  ) : (
    <span className="text-warning">disabled</span>
  );
}
