import { type AccessQuestion, type AccessRule, answer, done } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

export const rolesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['roles', tenant],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE } };
      return answer(api.GET('/api/v1/tenants/{tenant}/roles', { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
  });

export function createRole(tenant: string, name: string, rules: AccessRule[]) {
  return answer(
    api.POST('/api/v1/tenants/{tenant}/roles', { params: { path: { tenant } }, body: { name, rules } }),
  );
}

/** In force at once, for whoever is connected too. */
export function updateRole(tenant: string, name: string, rules: AccessRule[]) {
  const params = { path: { tenant, name } };
  return answer(api.PATCH('/api/v1/tenants/{tenant}/roles/{name}', { params, body: { rules } }));
}

export function deleteRole(tenant: string, name: string): Promise<void> {
  return done(api.DELETE('/api/v1/tenants/{tenant}/roles/{name}', { params: { path: { tenant, name } } }));
}

/** What would be decided, and by which rule; nothing is published or subscribed to. */
export function checkAccess(tenant: string, username: string, body: AccessQuestion) {
  const params = { path: { tenant, username } };
  return answer(api.POST('/api/v1/tenants/{tenant}/credentials/{username}/check', { params, body }));
}
