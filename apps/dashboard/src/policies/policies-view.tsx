'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { CreatePolicyForm } from './create-policy-form.tsx';
import { policiesQuery } from './policies.ts';
import { PolicySection } from './policy-section.tsx';

/** The limits under which the tenant's sessions live, policy by policy. */
export function PoliciesView() {
  const tenant = useTenant();
  const { data, error } = useQuery(policiesQuery(tenant));
  const mayWrite = useMay(tenant, 'policies:write');
  const [isCreating, setIsCreating] = useState(false);
  const [edited, setEdited] = useState<string>();
  const edit = (name: string | undefined) => {
    setIsCreating(false);
    setEdited(name);
  };
  return (
    <>
      <PageHeading
        about="A policy holds the limits of a session. A credential names one, or gets the default of its tenant."
        actions={
          mayWrite &&
          !isCreating && (
            <Button look="ink" onClick={() => setIsCreating(true)}>
              Create policy
            </Button>
          )
        }
      >
        Policies
      </PageHeading>
      {isCreating && (
        <CreatePolicyForm tenant={tenant} onCreated={edit} onCancel={() => setIsCreating(false)} />
      )}
      <LoadState label="Policies" data={data} error={error} rows={8}>
        {({ items }) =>
          items.map((policy) => (
            <PolicySection
              key={policy.name}
              tenant={tenant}
              policy={policy}
              mayWrite={mayWrite}
              isEditing={edited === policy.name && mayWrite}
              onEdit={(isEditing) => edit(isEditing ? policy.name : undefined)}
            />
          ))
        }
      </LoadState>
    </>
  );
}
