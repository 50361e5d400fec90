'use client';

import type { Usage } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { Gauge } from '@/interface/gauge.tsx';
import { type Quota, QUOTA_NAMES, QUOTAS } from './quotas.ts';
import { usageQuery } from './tenants.ts';

/** How much of its quotas the tenant uses. */
export function QuotaGauges({ tenant }: { tenant: string }) {
  const { data } = useQuery(usageQuery(tenant));
  const limited = data === undefined ? [] : quotasIn(data);
  return (
    <>
      {data !== undefined && limited.length === 0 && <EmptyNote>This tenant has no quotas.</EmptyNote>}
      <div className="grid gap-x-12 gap-y-4 pt-2 sm:grid-cols-2 lg:grid-cols-3">
        {limited.map(({ quota, used, limit }) => (
          <Gauge
            key={quota.name}
            name={quota.name}
            used={used}
            quota={limit}
            format={quota.format}
            door={quota.door === undefined ? undefined : `/tenants/${tenant}${quota.door}`}
          />
        ))}
      </div>
    </>
  );
}

function quotasIn(usage: Usage): { quota: Quota; used: number; limit: number }[] {
  return QUOTA_NAMES.flatMap((name) => {
    const { used, quota: limit } = usage[name];
    return limit === null ? [] : [{ quota: QUOTAS[name], used, limit }];
  });
}
