'use client';

import type { Overview } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FirstRun } from '@/first-run/first-run.tsx';
import { HistorySection } from '@/history/history-section.tsx';
import { useRecent } from '@/history/use-recent.ts';
import { Button } from '@/interface/button.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { useNow } from '@/interface/use-now.ts';
import { useFollowed } from '@/live/use-followed.ts';
import { useMay } from '@/shell/permissions.ts';
import { WallSection } from '@/wall/wall-section.tsx';
import { DeleteTenant } from './delete-tenant.tsx';
import { OverviewFigures } from './overview-figures.tsx';
import { QuotaSection } from './quota-section.tsx';
import { overviewQuery, tenantQuery } from './tenants.ts';
import { SuspendTenant } from './suspend-tenant.tsx';
import { TenantHeading } from './tenant-heading.tsx';
import { UrgentLists } from './urgent-lists.tsx';
import { useTenant } from './use-tenant.ts';

export function OverviewView({ mqttPort }: { mqttPort: number }) {
  const tenant = useTenant();
  const query = overviewQuery(tenant);
  const isTold = useFollowed(query.queryKey, 'overview', { tenant });
  const { data, error } = useQuery({ ...query, refetchInterval: isTold ? false : query.refetchInterval });
  const { data: about } = useQuery(tenantQuery(tenant));
  const mayManage = useMay(tenant, 'platform:manage');
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <>
      <TenantHeading tenant={tenant} name={about?.name} />
      <FirstRun key={tenant} tenant={tenant} mqttPort={mqttPort} />
      <LoadState label="The overview" data={data} error={error} rows={12}>
        {(overview) => (
          <div className="flex flex-col gap-8">
            <OverviewFigures tenant={tenant} overview={overview} />
            <WallSection tenant={tenant} sessionCount={overview.onlineSessions + overview.offlineSessions} />
            <HistoryOf tenant={tenant} overview={overview} />
            <UrgentLists tenant={tenant} />
            <QuotaSection tenant={tenant} quotas={about?.quotas} />
            {mayManage && about !== undefined && (
              <SuspendTenant
                tenant={tenant}
                isSuspended={about.suspendedAt !== null}
                connections={overview.onlineSessions}
              />
            )}
            {mayManage && <DeleteSection onDelete={() => setIsDeleting(true)} />}
            {isDeleting && (
              <DeleteTenant tenant={tenant} overview={overview} onCancel={() => setIsDeleting(false)} />
            )}
          </div>
        )}
      </LoadState>
    </>
  );
}

/** It goes on with every second, also when nothing has changed and nothing is told. */
function HistoryOf({ tenant, overview }: { tenant: string; overview: Overview }) {
  return <HistorySection tenant={tenant} looks={useRecent({ overview, at: useNow() })} />;
}

function DeleteSection({ onDelete }: { onDelete: () => void }) {
  return (
    <section>
      <SectionHeading
        actions={
          <Button look="danger" onClick={onDelete}>
            Delete tenant
          </Button>
        }
      >
        Delete this tenant
      </SectionHeading>
      <p className="mt-1 text-[13px] text-quiet">
        Ends its sessions and removes everything it holds. It cannot be undone.
      </p>
    </section>
  );
}
