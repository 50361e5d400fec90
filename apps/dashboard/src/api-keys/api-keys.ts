import { answer, done, type NewApiKey } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;
const API_KEYS = '/api/v1/tenants/{tenant}/api-keys';

export const apiKeysQuery = (tenant: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['api-keys', tenant, { after }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: PAGE_SIZE, after } };
      return answer(api.GET(API_KEYS, { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

/** The answer holds the secret, once. */
export function createApiKey(tenant: string, key: NewApiKey) {
  return answer(api.POST(API_KEYS, { params: { path: { tenant } }, body: key }));
}

export function revokeApiKey(tenant: string, id: string): Promise<void> {
  return done(api.DELETE(`${API_KEYS}/{id}`, { params: { path: { tenant, id } } }));
}
