'use client';

import { ApiProblem, type TenantDetail } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { tenantQuery } from './tenants.ts';
import { useTenant } from './use-tenant.ts';

/** Around each of a tenant's pages: says when there is no such tenant, or when it is not as usual. */
export function TenantFrame({ children }: { children: ReactNode }) {
  const tenant = useTenant();
  const { data, error } = useQuery(tenantQuery(tenant));
  if (error instanceof ApiProblem && error.code === 'tenant-not-found') return <NoSuchTenant slug={tenant} />;
  return (
    <>
      {data !== undefined && <Condition tenant={data} />}
      {children}
    </>
  );
}

function Condition({ tenant: { suspendedAt, deletingSince } }: { tenant: TenantDetail }) {
  const since = deletingSince ?? suspendedAt;
  if (since === null) return null;
  return (
    <p role="status" className="mb-4 border-l-2 border-accent pl-3 text-[13px] text-accent">
      {deletingSince === null
        ? 'This tenant is suspended: nobody connects, everything is kept. Since '
        : 'This tenant is being deleted. Since '}
      <RelativeTime iso={since} />.
    </p>
  );
}

function NoSuchTenant({ slug }: { slug: string }) {
  return (
    <>
      <h1 className="text-xl font-semibold">
        There is no tenant <span className="font-mono">{slug}</span>
      </h1>
      <p className="mt-2 text-quiet">
        It was deleted, or never was.{' '}
        <Link href="/tenants" className="door text-ink">
          All tenants
        </Link>
      </p>
    </>
  );
}
