'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useCallback } from 'react';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { useLiveSessions } from '@/live/use-live-sessions.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { BulkBar } from '@/sessions/bulk-bar.tsx';
import { FilterBar } from '@/sessions/filter-bar.tsx';
import { useSelection } from '@/sessions/use-selection.ts';
import { useSessionFilter } from '@/sessions/use-session-filter.ts';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { Legend } from './legend.tsx';
import { useIsWanted } from './use-is-wanted.ts';
import { useOtherView } from './use-other-view.ts';
import { useRoomBelow } from './use-room-below.ts';
import { Wall } from './wall.tsx';

/** The whole wall on a page of its own. Sessions that are not looked for fade: their place stays theirs. */
export function WallView() {
  const tenant = useTenant();
  const router = useRouter();
  const store = useLiveSessions(tenant);
  const [filter, change] = useSessionFilter();
  const { clientIds, replace, clear } = useSelection([]);
  const mayChange = useMay(tenant, 'sessions:write');
  const [frame, height] = useRoomBelow(64);
  const table = useOtherView(`/tenants/${tenant}/sessions`);
  const isWanted = useIsWanted(filter);
  const isSelected = useCallback(
    ({ clientId }: { clientId: string }) => clientIds.has(clientId),
    [clientIds],
  );
  const select = (found: string[], isMore: boolean) => replace(isMore ? [...clientIds, ...found] : found);
  return (
    <>
      <PageHeading
        actions={
          <Link href={table} className="door text-[13px]">
            As a table
          </Link>
        }
      >
        Wall
      </PageHeading>
      <FilterBar filter={filter} onChange={change} store={store} />
      <FailureNote error={store.refusal} />
      <div ref={frame}>
        {store.isComplete && store.size === 0 ? (
          <EmptyNote>Empty: a pigeonhole appears for each session.</EmptyNote>
        ) : (
          height > 0 && (
            <Wall
              store={store}
              height={height}
              isWanted={isWanted}
              isSelected={isSelected}
              onOpen={(clientId) => router.push(sessionAddress(tenant, clientId))}
              onSelect={mayChange ? select : null}
            />
          )
        )}
      </div>
      <div className="mt-4">
        <Legend />
      </div>
      <BulkBar tenant={tenant} store={store} clientIds={clientIds} onClear={clear} />
    </>
  );
}
