'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { rolesQuery } from './access.ts';
import { AccessDefault } from './access-default.tsx';
import { AccessTester } from './access-tester.tsx';
import { RoleForm } from './role-form.tsx';
import { RoleSection } from './role-section.tsx';

/** Who may publish and subscribe where. */
export function AccessView() {
  const tenant = useTenant();
  const mayWrite = useMay(tenant, 'credentials:write');
  const { data, error } = useQuery(rolesQuery(tenant));
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageHeading about="A credential's own rules are asked first, then those of its roles, then the tenant's default. Its own rules stand on the credential's page.">
        Access rules
      </PageHeading>
      <AccessTester tenant={tenant} />
      <AccessDefault tenant={tenant} />
      <SectionHeading
        actions={mayWrite && !isCreating && <Button onClick={() => setIsCreating(true)}>Create role</Button>}
      >
        Roles
      </SectionHeading>
      <p className="mb-3 text-[13px] text-quiet">Rules that credentials share.</p>
      {isCreating && <RoleForm tenant={tenant} onEnd={() => setIsCreating(false)} />}
      <LoadState
        label="Roles"
        data={data}
        error={error}
        isEmpty={({ items }) => items.length === 0 && !isCreating}
        empty="No roles. A role is a list of rules that many credentials can have."
        rows={4}
      >
        {({ items }) =>
          items.map((role) => <RoleSection key={role.name} tenant={tenant} role={role} mayWrite={mayWrite} />)
        }
      </LoadState>
    </>
  );
}
