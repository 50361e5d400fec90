import { answer } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';
import { type AddressFilter, withFilter } from '@/interface/use-address-filter.ts';
import { sinceOf } from '@/interface/within.ts';

export const AUDIT_FILTER = ['action', 'actor', 'target', 'within'] as const;
export type AuditFilter = AddressFilter<(typeof AUDIT_FILTER)[number]>;

const PAGE_SIZE = 50;

function toQuery({ action, actor, target, within }: AuditFilter, now: number) {
  return { action, actor, target, since: sinceOf(within, now) };
}

export const auditQuery = (tenant: string, filter: AuditFilter, after: string | undefined) =>
  queryOptions({
    queryKey: ['audit', tenant, filter, after],
    queryFn: ({ signal }) => {
      const query = { ...toQuery(filter, Date.now()), limit: PAGE_SIZE, after };
      return answer(
        api.GET('/api/v1/tenants/{tenant}/audit', { params: { path: { tenant }, query }, signal }),
      );
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

export type ExportFormat = 'csv' | 'json-lines';

/** Where the file is that has all that a filter matches, not this page alone. `now`: ms since the epoch. */
export function auditFile(tenant: string, filter: AuditFilter, format: ExportFormat, now: number): string {
  const path = `/api/v1/tenants/${encodeURIComponent(tenant)}/audit/export`;
  return withFilter(path, { ...toQuery(filter, now), format });
}
