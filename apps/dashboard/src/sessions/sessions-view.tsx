'use client';

import Link from 'next/link';
import { useState } from 'react';
import { formatCount } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Skeleton } from '@/interface/skeleton.tsx';
import { useLiveSessions } from '@/live/use-live-sessions.ts';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { useOtherView } from '@/wall/use-other-view.ts';
import { BulkBar } from './bulk-bar.tsx';
import { FilterBar } from './filter-bar.tsx';
import { OrphansDialog } from './orphans-dialog.tsx';
import { isFiltered } from './session-filter.ts';
import { SessionGrid } from './session-grid.tsx';
import { useFoundSessions } from './use-found-sessions.ts';
import { useSelection } from './use-selection.ts';
import { useSessionFilter } from './use-session-filter.ts';
import { useSessionOrder } from './use-session-order.ts';

export function SessionsView() {
  const tenant = useTenant();
  const store = useLiveSessions(tenant);
  const [filter, change] = useSessionFilter();
  const found = useFoundSessions(tenant, store.isTruncated && isFiltered(filter) ? filter : null);
  const shown = found?.store ?? store;
  const order = useSessionOrder(shown, filter);
  const selection = useSelection(order.clientIds);
  const wall = useOtherView(`/tenants/${tenant}/wall`);
  const mayChange = useMay(tenant, 'sessions:write');
  const [hasOrphans, setHasOrphans] = useState(false);
  const count = order.clientIds.length;
  const isComplete = found?.isAnswered ?? store.isComplete;
  const error = store.refusal ?? found?.error ?? null;
  return (
    <div className="flex h-[calc(100dvh-40px)] min-h-96 flex-col">
      <PageHeading
        actions={
          <span className="flex gap-4 text-[13px]">
            {mayChange && (
              <button type="button" className="door" onClick={() => setHasOrphans(true)}>
                Delete orphan suspects
              </button>
            )}
            <Link href={wall} className="door">
              As the wall
            </Link>
          </span>
        }
      >
        Sessions{' '}
        <span role="status" className="text-[13px] font-normal tracking-normal text-quiet tabular-nums">
          {isFiltered(filter) && 'matching: '}
          {found === null ? store.isTruncated && 'more than ' : found.more !== null && 'the first '}
          {formatCount(count)}
          {!isComplete && ' so far'}
          {found?.more && (
            <button type="button" className="door ml-3 text-ink" onClick={found.more}>
              Read more
            </button>
          )}
          {order.isBehind && (
            <button type="button" className="door ml-3 text-ink" onClick={order.refresh}>
              Some came or went: show
            </button>
          )}
        </span>
      </PageHeading>
      <FilterBar filter={filter} onChange={change} store={store} />
      <FailureNote error={error} />
      {count === 0 && !isComplete && error === null && <Skeleton rows={16} label="Sessions on their way" />}
      {count === 0 && isComplete && (isFiltered(filter) ? <NoMatch /> : <NoSessions tenant={tenant} />)}
      {count > 0 && (
        <SessionGrid
          tenant={tenant}
          store={shown}
          order={order}
          filter={filter}
          onChange={change}
          selection={mayChange ? selection : null}
        />
      )}
      <BulkBar tenant={tenant} store={shown} clientIds={selection.clientIds} onClear={selection.clear} />
      {hasOrphans && <OrphansDialog tenant={tenant} onClose={() => setHasOrphans(false)} />}
    </div>
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
