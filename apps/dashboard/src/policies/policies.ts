import { answer } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

export const policiesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['policies', tenant],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE } };
      return answer(api.GET('/api/v1/tenants/{tenant}/policies', { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
  });
