'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { usePlatformPermissions } from '@/shell/permissions.ts';
import { CreateTenantForm } from './create-tenant-form.tsx';
import { TenantTable } from './tenant-table.tsx';
import { tenantsQuery } from './tenants.ts';

export function TenantsView() {
  const trail = useTrail();
  const mayCreate = usePlatformPermissions().includes('platform:manage');
  const [isCreating, setIsCreating] = useState(false);
  const { data, error } = useQuery(tenantsQuery(trail.after));
  return (
    <>
      <PageHeading
        actions={
          !isCreating &&
          mayCreate && (
            <Button look="ink" onClick={() => setIsCreating(true)}>
              Create tenant
            </Button>
          )
        }
      >
        Tenants
      </PageHeading>
      {isCreating && (
        <div className="mb-8">
          <CreateTenantForm onCancel={() => setIsCreating(false)} />
        </div>
      )}
      {data === undefined && <FailureNote error={error} />}
      {data?.items.length === 0 && trail.after === undefined && (
        <EmptyNote>
          No tenants yet. A tenant holds the credentials, sessions and queues of one customer, site or team,
          apart from all others.
        </EmptyNote>
      )}
      {data !== undefined && data.items.length > 0 && <TenantTable tenants={data.items} />}
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}
