import { answer, done, type IssuedApiKey, type NewApiKey } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;
const OF_TENANT = '/api/v1/tenants/{tenant}/api-keys';
const OF_PLATFORM = '/api/v1/api-keys';

/** @param tenant - null: the platform, here and below */
export const apiKeysQuery = (tenant: string | null, after: string | undefined) =>
  queryOptions({
    queryKey: ['api-keys', tenant, { after }],
    queryFn: ({ signal }) => {
      const query = { limit: PAGE_SIZE, after };
      if (tenant === null) return answer(api.GET(OF_PLATFORM, { params: { query }, signal }));
      return answer(api.GET(OF_TENANT, { params: { path: { tenant }, query }, signal }));
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

/** The answer holds the secret, once. A key of the platform has the role of its administrators, whatever `role` says. */
export function createApiKey(tenant: string | null, { role, ...key }: NewApiKey): Promise<IssuedApiKey> {
  if (tenant === null) return answer(api.POST(OF_PLATFORM, { body: key }));
  return answer(api.POST(OF_TENANT, { params: { path: { tenant } }, body: { ...key, role } }));
}

export function revokeApiKey(tenant: string | null, id: string): Promise<void> {
  if (tenant === null) return done(api.DELETE(`${OF_PLATFORM}/{id}`, { params: { path: { id } } }));
  return done(api.DELETE(`${OF_TENANT}/{id}`, { params: { path: { tenant, id } } }));
}
