import { answer, type History } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

export const RANGES = ['hour', 'day', 'week'] as const;
export type Range = (typeof RANGES)[number];

/** What a chart shows the past of: a tenant, or (null) all tenants together. */
export const historyQuery = (tenant: string | null, range: Range) =>
  queryOptions({
    queryKey: ['history', tenant, range],
    queryFn: ({ signal }) => readHistory(tenant, range, signal),
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

function readHistory(tenant: string | null, range: Range, signal: AbortSignal): Promise<History> {
  const query = { range };
  if (tenant === null) return answer(api.GET('/api/v1/history', { params: { query }, signal }));
  return answer(api.GET('/api/v1/tenants/{tenant}/history', { params: { path: { tenant }, query }, signal }));
}
