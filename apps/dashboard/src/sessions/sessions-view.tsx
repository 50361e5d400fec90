'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useCallback } from 'react';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { SearchField } from '@/interface/search-field.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { overviewQuery } from '@/tenants/tenants.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { SessionTable } from './session-table.tsx';
import { sessionsQuery } from './sessions.ts';
import { StateFilter } from './state-filter.tsx';
import { useSessionFilter } from './use-session-filter.ts';

export function SessionsView() {
  const tenant = useTenant();
  const trail = useTrail();
  const [filter, change] = useSessionFilter();
  const { data: overview } = useQuery(overviewQuery(tenant));
  const { data, error, isPlaceholderData } = useQuery(
    sessionsQuery(tenant, { ...filter, after: trail.after }),
  );
  const search = useCallback((q: string) => change({ q }), [change]);
  const isFiltered = filter.state !== undefined || filter.q !== undefined || trail.after !== undefined;
  return (
    <>
      <PageHeading>Sessions</PageHeading>
      <div className="mb-4 flex items-center gap-4">
        <StateFilter current={filter.state} overview={overview} onChange={(state) => change({ state })} />
        <SearchField label="Search client identifiers" value={filter.q ?? ''} onSearch={search} />
      </div>
      {data === undefined || (error !== null && isPlaceholderData) ? <FailureNote error={error} /> : null}
      {data !== undefined && data.items.length > 0 && (
        <SessionTable
          tenant={tenant}
          sessions={data.items}
          sort={filter.sort ?? 'clientId'}
          onSort={(sort) => change({ sort: sort === 'clientId' ? undefined : sort })}
        />
      )}
      {data?.items.length === 0 && (isFiltered ? <NoMatch /> : <NoSessions tenant={tenant} />)}
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

function NoMatch() {
  return <EmptyNote>No session matches.</EmptyNote>;
}

function NoSessions({ tenant }: { tenant: string }) {
  return (
    <EmptyNote>
      No sessions. One appears here as soon as a client connects with one of the tenant&rsquo;s{' '}
      <Link href={`/tenants/${tenant}/credentials`} className="door text-ink">
        credentials
      </Link>
      .
    </EmptyNote>
  );
}
