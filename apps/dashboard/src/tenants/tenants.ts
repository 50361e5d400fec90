import { answer, done, type NewTenant } from '@restante/api-client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS, SETTLED_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;

/** A page of tenants with the numbers of their sessions; `after` is the `next` of the page before. */
export const tenantsQuery = (after: string | undefined) =>
  queryOptions({
    queryKey: ['tenants', { after }],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants', { params: { query: { limit: PAGE_SIZE, after } }, signal })),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });

/** For choosing one by name; of more than {@link GREATEST_PAGE} the rest is found by their address. */
export const allTenantsQuery = queryOptions({
  queryKey: ['all-tenants'],
  queryFn: async ({ signal }) => {
    const params = { query: { limit: GREATEST_PAGE } };
    return (await answer(api.GET('/api/v1/tenants', { params, signal }))).items;
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
