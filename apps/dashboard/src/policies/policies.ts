import { answer, done, type Policy } from '@restante/api-client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

export type Settings = Policy['settings'];

export const policiesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['policies', tenant],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE } };
      return answer(api.GET('/api/v1/tenants/{tenant}/policies', { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
  });

export interface PolicyChange {
  settings?: Settings;
  isDefault?: true;
}

/** What the queues would lose if the policy were changed now. */
export const dryRunQuery = (tenant: string, name: string, change: PolicyChange) =>
  queryOptions({
    queryKey: ['policy-dry-run', tenant, name, change],
    queryFn: ({ signal }) => {
      const params = { path: { tenant, name } };
      return answer(
        api.POST('/api/v1/tenants/{tenant}/policies/{name}/dry-run', { params, body: change, signal }),
      );
    },
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });

export function createPolicy(tenant: string, name: string) {
  return answer(
    api.POST('/api/v1/tenants/{tenant}/policies', { params: { path: { tenant } }, body: { name } }),
  );
}

export function updatePolicy(tenant: string, name: string, body: PolicyChange) {
  const params = { path: { tenant, name } };
  return answer(api.PATCH('/api/v1/tenants/{tenant}/policies/{name}', { params, body }));
}

export function deletePolicy(tenant: string, name: string): Promise<void> {
  return done(api.DELETE('/api/v1/tenants/{tenant}/policies/{name}', { params: { path: { tenant, name } } }));
}
