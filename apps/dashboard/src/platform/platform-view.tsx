'use client';

import type { Tenant } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { HistorySection } from '@/history/history-section.tsx';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { type Figure, Figures } from '@/interface/figures.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { orderTenants } from '@/tenants/tenant-order.ts';
import { allTenantsQuery } from '@/tenants/tenants.ts';
import { HealthSection } from './health-section.tsx';
import { TenantCard } from './tenant-card.tsx';

const LOOK_MS = 2_000;
const MOST_CARDS = 12;

/** All tenants at a glance, for the platform's administrators. */
export function PlatformView() {
  const { data, error } = useQuery({ ...allTenantsQuery, refetchInterval: LOOK_MS });
  return (
    <>
      <PageHeading about="All tenants of this installation.">Platform</PageHeading>
      <LoadState
        label="Tenants"
        data={data}
        error={error}
        isEmpty={({ length }) => length === 0}
        empty="No tenants yet."
      >
        {(tenants) => (
          <div className="flex flex-col gap-8">
            <Figures figures={figuresOf(tenants)} />
            <HealthSection />
            <HistorySection tenant={null} />
            <DeepestTenants tenants={tenants} />
          </div>
        )}
      </LoadState>
    </>
  );
}

function DeepestTenants({ tenants }: { tenants: Tenant[] }) {
  const lively = tenants.filter(
    ({ onlineSessions, offlineSessions }) => onlineSessions + offlineSessions > 0,
  );
  const deepest = orderTenants(lively, '', { sort: 'queuedMessages', isDescending: true });
  return (
    <section aria-label="Deepest tenants" className="flex flex-col gap-3">
      <SectionHeading
        actions={
          <Link href="/tenants?sort=-queuedMessages" className="door text-[13px]">
            All tenants
          </Link>
        }
      >
        Deepest queues
      </SectionHeading>
      {deepest.length === 0 && <EmptyNote>No tenant has sessions yet.</EmptyNote>}
      <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {deepest.slice(0, MOST_CARDS).map((tenant) => (
          <TenantCard key={tenant.slug} tenant={tenant} />
        ))}
      </ul>
    </section>
  );
}

function figuresOf(tenants: Tenant[]): Figure[] {
  const sum = (of: (tenant: Tenant) => number) => tenants.reduce((total, tenant) => total + of(tenant), 0);
  const suspended = tenants.filter(({ suspendedAt }) => suspendedAt !== null).length;
  return [
    { name: 'Tenants', value: formatCount(tenants.length), testId: 'tenant-count', door: '/tenants' },
    {
      name: 'Suspended',
      value: formatCount(suspended),
      testId: 'suspended-count',
      door: '/tenants?sort=condition',
      isUrgent: suspended > 0,
    },
    {
      name: 'Online sessions',
      value: formatCount(sum(({ onlineSessions }) => onlineSessions)),
      testId: 'online-sessions',
      door: '/tenants?sort=-onlineSessions',
    },
    {
      name: 'Offline sessions',
      value: formatCount(sum(({ offlineSessions }) => offlineSessions)),
      testId: 'offline-sessions',
      door: '/tenants?sort=-offlineSessions',
    },
    {
      name: 'Queued messages',
      value: formatCount(sum(({ queuedMessages }) => queuedMessages)),
      testId: 'queued-messages',
      door: '/tenants?sort=-queuedMessages',
    },
  ];
}
