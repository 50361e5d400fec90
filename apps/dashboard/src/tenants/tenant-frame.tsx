'use client';

import { ApiProblem } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactNode } from 'react';
import { tenantQuery } from './tenants.ts';
import { useTenant } from './use-tenant.ts';

const PLACES = [
  { name: 'Overview', path: '' },
  { name: 'Sessions', path: '/sessions' },
  { name: 'Credentials', path: '/credentials' },
  { name: 'Policies', path: '/policies' },
];

/** The tenant's name above each of its pages, and the ways between them. */
export function TenantFrame({ children }: { children: ReactNode }) {
  const tenant = useTenant();
  const { data, error } = useQuery(tenantQuery(tenant));
  if (error instanceof ApiProblem && error.code === 'tenant-not-found') return <NoSuchTenant slug={tenant} />;
  return (
    <>
      <div className="flex items-baseline gap-3">
        <h1 className="text-xl font-semibold">{data?.name ?? tenant}</h1>
        <span className="font-mono text-[13px] text-quiet">{tenant}</span>
      </div>
      <TenantNavigation home={`/tenants/${tenant}`} />
      {children}
    </>
  );
}

function TenantNavigation({ home }: { home: string }) {
  const pathname = usePathname();
  const isHere = (path: string) => (path === '' ? pathname === home : pathname.startsWith(`${home}${path}`));
  return (
    <nav aria-label="Tenant" className="mt-3 mb-6 flex gap-6 border-b border-hairline text-[13px]">
      {PLACES.map(({ name, path }) => (
        <Link
          key={name}
          href={`${home}${path}`}
          aria-current={isHere(path) ? 'page' : undefined}
          className={`-mb-px border-b-2 pb-2 ${isHere(path) ? 'border-ink font-medium' : 'border-transparent text-quiet hover:text-ink'}`}
        >
          {name}
        </Link>
      ))}
    </nav>
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
