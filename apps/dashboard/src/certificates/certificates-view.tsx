'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { authoritiesQuery } from './authorities.ts';
import { AuthorityTable } from './authority-table.tsx';
import { RegisterAuthorityForm } from './register-authority-form.tsx';

/** Whose certificates let a tenant's devices in. */
export function CertificatesView() {
  const tenant = useTenant();
  const { data, error } = useQuery(authoritiesQuery(tenant));
  const [isRegistering, setIsRegistering] = useState(false);
  const mayChange = useMay(tenant, 'credentials:write');
  const end = () => setIsRegistering(false);
  return (
    <>
      <PageHeading
        about="Authorities whose certificates let devices in over TLS, for credentials that log in by certificate. A credential may also be pinned to a certificate, without any of these."
        actions={
          mayChange &&
          !isRegistering && (
            <Button look="ink" onClick={() => setIsRegistering(true)}>
              Register authority
            </Button>
          )
        }
      >
        Certificates
      </PageHeading>
      {isRegistering && <RegisterAuthorityForm tenant={tenant} onEnd={end} />}
      <LoadState
        label="Certificate authorities"
        data={data}
        error={error}
        rows={3}
        isEmpty={({ items }) => items.length === 0}
        empty="No certificate authorities: no device gets in by a certificate, unless its credential is pinned to it."
      >
        {({ items }) => <AuthorityTable tenant={tenant} authorities={items} />}
      </LoadState>
    </>
  );
}
