import { answer } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';
import { currentTime } from '@/format/clock.ts';
import { type AddressFilter, withFilter } from '@/interface/use-address-filter.ts';
import { sinceOf } from '@/interface/within.ts';

export const AUDIT_FILTER = ['action', 'actor', 'target', 'within'] as const;
/** Of the platform's audit, which has that of all tenants in it. */
export const PLATFORM_AUDIT_FILTER = [...AUDIT_FILTER, 'tenant', 'concerns'] as const;
export type AuditFilter = AddressFilter<(typeof PLATFORM_AUDIT_FILTER)[number]>;

const PAGE_SIZE = 50;

function toQuery({ action, actor, target, within }: AuditFilter, now: number) {
  return { action, actor, target, since: sinceOf(within, now) };
}

/** What the address says is taken only where the server knows it. */
function concernsOf({ concerns }: AuditFilter): 'platform' | 'tenants' | undefined {
  return concerns === 'platform' || concerns === 'tenants' ? concerns : undefined;
}

/** @param tenant - null: the platform and all tenants */
export const auditQuery = (tenant: string | null, filter: AuditFilter, after: string | undefined) =>
  queryOptions({
    queryKey: ['audit', tenant, filter, after],
    queryFn: ({ signal }) => {
      const query = { ...toQuery(filter, currentTime()), limit: PAGE_SIZE, after };
      if (tenant !== null)
        return answer(
          api.GET('/api/v1/tenants/{tenant}/audit', { params: { path: { tenant }, query }, signal }),
        );
      const narrowed = { ...query, tenant: filter.tenant, concerns: concernsOf(filter) };
      return answer(api.GET('/api/v1/audit', { params: { query: narrowed }, signal }));
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

export type ExportFormat = 'csv' | 'json-lines';

/** Where the file is that has all that a filter matches, not this page alone. `now`: ms since the epoch. */
export function auditFile(
  tenant: string | null,
  filter: AuditFilter,
  format: ExportFormat,
  now: number,
): string {
  const query = { ...toQuery(filter, now), format };
  if (tenant !== null) return withFilter(`/api/v1/tenants/${encodeURIComponent(tenant)}/audit/export`, query);
  return withFilter('/api/v1/audit/export', {
    ...query,
    tenant: filter.tenant,
    concerns: concernsOf(filter),
  });
}
