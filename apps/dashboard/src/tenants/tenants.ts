import { answer, done, type NewTenant, type Tenant, type TenantChange } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS, SETTLED_MS } from '@/api/polling.ts';

/** Tenants of an installation that are listed at the most; the others are found by their address. */
export const MOST_TENANTS = 2_000;

/** All tenants with the numbers of their sessions, by slug, up to {@link MOST_TENANTS}. */
export const allTenantsQuery = queryOptions({
  queryKey: ['all-tenants'],
  queryFn: async ({ signal }) => {
    const tenants: Tenant[] = [];
    let after: string | undefined;
    do {
      const params = { query: { limit: GREATEST_PAGE, after } };
      const { items, next } = await answer(api.GET('/api/v1/tenants', { params, signal }));
      tenants.push(...items);
      after = next ?? undefined;
    } while (after !== undefined && tenants.length < MOST_TENANTS);
    return tenants;
  },
  staleTime: SETTLED_MS,
});

export const tenantQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['tenant', tenant],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{tenant}', { params: { path: { tenant } }, signal })),
    refetchInterval: every(SETTLED_MS),
  });

export const overviewQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['overview', tenant],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{tenant}/overview', { params: { path: { tenant } }, signal })),
    refetchInterval: LIVE_MS,
  });

/** What is used of each quota. */
export const usageQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['usage', tenant],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{tenant}/usage', { params: { path: { tenant } }, signal })),
    refetchInterval: every(2 * LIVE_MS),
  });

export function createTenant(tenant: NewTenant) {
  return answer(api.POST('/api/v1/tenants', { body: tenant }));
}

/** Suspended, its connections are closed and nobody is let in; everything is kept. */
export function changeTenant(tenant: string, change: TenantChange) {
  const params = { path: { tenant } };
  return answer(api.PATCH('/api/v1/tenants/{tenant}', { params, body: change }));
}

export function staleAfterChange(tenant: string) {
  return [['tenant', tenant], ['usage', tenant], ['all-tenants']];
}

/** Ends every session of the tenant; its messages, credentials and policies go with it. */
export function deleteTenant(tenant: string): Promise<void> {
  return done(api.DELETE('/api/v1/tenants/{tenant}', { params: { path: { tenant } } }));
}

/** How many credentials a deletion takes along, counted up to the greatest page. */
export const credentialCountQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['credential-count', tenant],
    queryFn: async ({ signal }) => {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE } };
      const { items, next } = await answer(
        api.GET('/api/v1/tenants/{tenant}/credentials', { params, signal }),
      );
      return { count: items.length, isAll: next === null };
    },
    refetchInterval: every(false),
  });
