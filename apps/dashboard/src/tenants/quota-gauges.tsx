'use client';

import type { Usage } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCount, formatRate } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { Gauge } from '@/interface/gauge.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { usageQuery } from './tenants.ts';

interface Quota {
  name: string;
  format: (value: number) => string;
  /** Below the tenant's address. */
  door?: string;
}

const formatByteRate = (bytes: number) => `${formatBytes(bytes)} / s`;

const QUOTAS: Record<keyof Usage, Quota> = {
  connections: { name: 'Connections', format: formatCount, door: '/sessions?state=online' },
  sessions: { name: 'Sessions', format: formatCount, door: '/sessions' },
  queuedMessages: { name: 'Queued messages', format: formatCount, door: '/sessions?sort=queuedMessages' },
  queuedBytes: { name: 'Queued', format: formatBytes, door: '/sessions?sort=queuedMessages' },
  retainedMessages: { name: 'Retained messages', format: formatCount },
  retainedBytes: { name: 'Retained', format: formatBytes },
  publishesPerSecond: { name: 'Published messages a second', format: formatRate },
  publishedBytesPerSecond: { name: 'Published a second', format: formatByteRate },
  connectsPerSecond: { name: 'Connects a second', format: formatRate },
};

/** How much of its quotas the tenant uses. */
export function QuotaGauges({ tenant }: { tenant: string }) {
  const { data } = useQuery(usageQuery(tenant));
  const limited = data === undefined ? [] : quotasIn(data);
  return (
    <section aria-label="Quotas">
      <SectionHeading>Quotas</SectionHeading>
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
    </section>
  );
}

function quotasIn(usage: Usage): { quota: Quota; used: number; limit: number }[] {
  return (Object.keys(QUOTAS) as (keyof Usage)[]).flatMap((name) => {
    const { used, quota: limit } = usage[name];
    return limit === null ? [] : [{ quota: QUOTAS[name], used, limit }];
  });
}
