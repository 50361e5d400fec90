'use client';

import type { Tenant } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatCount } from '@/format/numbers.ts';
import { Button } from '@/interface/button.tsx';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { SearchField } from '@/interface/search-field.tsx';
import { useSearchPart } from '@/interface/use-search-part.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { usePlatformPermissions } from '@/shell/permissions.ts';
import { CreateTenantForm } from './create-tenant-form.tsx';
import { orderTenants, readTenantOrder, writeTenantOrder } from './tenant-order.ts';
import { TenantTable } from './tenant-table.tsx';
import { allTenantsQuery, MOST_TENANTS } from './tenants.ts';

const LOOK_MS = 2_000;
const PAGE_ROWS = 100;

export function TenantsView() {
  const mayCreate = usePlatformPermissions().includes('platform:manage');
  const [isCreating, setIsCreating] = useState(false);
  const { data, error } = useQuery({ ...allTenantsQuery, refetchInterval: LOOK_MS });
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
        Tenants{' '}
        <span className="text-[13px] font-normal tracking-normal text-quiet tabular-nums">
          {data !== undefined && countOf(data)}
        </span>
      </PageHeading>
      {isCreating && (
        <div className="mb-8">
          <CreateTenantForm onCancel={() => setIsCreating(false)} />
        </div>
      )}
      <LoadState
        label="Tenants"
        data={data}
        error={error}
        isEmpty={({ length }) => length === 0}
        empty={
          mayCreate
            ? 'No tenants yet. A tenant holds the credentials, sessions and queues of one customer, site or team, apart from all others.'
            : 'You are a member of no tenant. Ask its owner to invite you.'
        }
      >
        {(tenants) => <TenantList tenants={tenants} />}
      </LoadState>
    </>
  );
}

function countOf({ length }: Tenant[]): string {
  return length < MOST_TENANTS ? formatCount(length) : `the first ${formatCount(length)}`;
}

/** What is searched for, its order and its page stand in the address. */
function TenantList({ tenants }: { tenants: Tenant[] }) {
  const trail = useTrail();
  const [q, search] = useSearchPart('q');
  const [sort, setSort] = useSearchPart('sort');
  const order = readTenantOrder(sort);
  const found = orderTenants(tenants, q, order);
  const first = Number(trail.after ?? 0) || 0;
  const next = first + PAGE_ROWS;
  return (
    <>
      <div className="mb-3">
        <SearchField label="Search tenants" value={q} onSearch={search} />
      </div>
      {found.length === 0 ? (
        <EmptyNote>No tenant of that name.</EmptyNote>
      ) : (
        <TenantTable
          tenants={found.slice(first, next)}
          order={order}
          onOrder={(wanted) => setSort(writeTenantOrder(wanted))}
        />
      )}
      <Pager trail={trail} next={next < found.length ? String(next) : null} />
    </>
  );
}
