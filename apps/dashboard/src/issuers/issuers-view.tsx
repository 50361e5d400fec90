'use client';

import type { TokenIssuer } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { WideTable } from '@/interface/wide-table.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { IssuerForm } from './issuer-form.tsx';
import { IssuerState } from './issuer-state.tsx';
import { issuerAddress, issuersQuery, KEY_KINDS } from './issuers.ts';

/** Whose tokens let a tenant's devices in. */
export function IssuersView() {
  const tenant = useTenant();
  const { data, error } = useQuery(issuersQuery(tenant));
  const [isRegistering, setIsRegistering] = useState(false);
  const mayChange = useMay(tenant, 'credentials:write');
  return (
    <>
      <PageHeading
        about="Who issues tokens (JWT) that let devices in as the password, for credentials that log in by token."
        actions={
          mayChange &&
          !isRegistering && (
            <Button look="ink" onClick={() => setIsRegistering(true)}>
              Register issuer
            </Button>
          )
        }
      >
        Token issuers
      </PageHeading>
      {isRegistering && <IssuerForm tenant={tenant} onEnd={() => setIsRegistering(false)} />}
      <LoadState
        label="Token issuers"
        data={data}
        error={error}
        rows={3}
        isEmpty={({ items }) => items.length === 0}
        empty="No token issuers: no device gets in by a token."
      >
        {({ items }) => <IssuerTable tenant={tenant} issuers={items} />}
      </LoadState>
    </>
  );
}

function IssuerTable({ tenant, issuers }: { tenant: string; issuers: TokenIssuer[] }) {
  return (
    <WideTable label="Token issuers">
      <thead>
        <tr>
          <th className="w-[15%]">Name</th>
          <th>Issuer</th>
          <th className="w-[15%]">Audience</th>
          <th className="w-32">Algorithms</th>
          <th className="w-[20%]">Keys</th>
          <th className="w-28">Names by</th>
          <th className="w-24">State</th>
        </tr>
      </thead>
      <tbody>
        {issuers.map((issuer) => (
          <tr key={issuer.name} data-testid="issuer">
            <td className="font-mono" title={issuer.name}>
              <Link href={issuerAddress(tenant, issuer.name)} className="door">
                {issuer.name}
              </Link>
            </td>
            <td className="font-mono" title={issuer.issuer}>
              {issuer.issuer}
            </td>
            <td className="font-mono" title={issuer.audience}>
              {issuer.audience}
            </td>
            <td title={issuer.algorithms.join(', ')}>{issuer.algorithms.join(', ')}</td>
            <td className="text-quiet" title={issuer.jwksUrl ?? undefined}>
              {issuer.jwksUrl ?? KEY_KINDS[issuer.keys]}
            </td>
            <td className="font-mono" title={issuer.usernameClaim}>
              {issuer.usernameClaim}
            </td>
            <td>
              <IssuerState issuer={issuer} />
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
