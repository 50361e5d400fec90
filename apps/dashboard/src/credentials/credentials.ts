import { answer, done, type NewCredential } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';
import { countSessionsOf } from '@/sessions/sessions.ts';

const PAGE_SIZE = 50;

export const credentialsQuery = (tenant: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['credentials', tenant, { after }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: PAGE_SIZE, after } };
      return answer(api.GET('/api/v1/tenants/{tenant}/credentials', { params, signal }));
    },
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

export const credentialQuery = (tenant: string, username: string) =>
  queryOptions({
    queryKey: ['credential', tenant, username],
    queryFn: ({ signal }) => {
      const params = { path: { tenant, username } };
      return answer(api.GET('/api/v1/tenants/{tenant}/credentials/{username}', { params, signal }));
    },
    staleTime: SETTLED_MS,
    refetchInterval: every(SETTLED_MS),
  });

/** The sessions that a credential's clients have, for what a change of it will interrupt. */
export const credentialUseQuery = (tenant: string, username: string) =>
  queryOptions({
    queryKey: ['credential-use', tenant, username],
    queryFn: ({ signal }) => countSessionsOf(tenant, username, signal),
    refetchInterval: every(false),
  });

/** The answer holds the secret, once. */
export function createCredential(tenant: string, credential: NewCredential) {
  return answer(
    api.POST('/api/v1/tenants/{tenant}/credentials', { params: { path: { tenant } }, body: credential }),
  );
}

/** A new secret, once; the old one is refused from then on and its connections are closed. */
export function rotateCredential(tenant: string, username: string) {
  const params = { path: { tenant, username } };
  return answer(api.POST('/api/v1/tenants/{tenant}/credentials/{username}/rotate', { params }));
}

export function setCredentialEnabled(tenant: string, username: string, enabled: boolean) {
  const params = { path: { tenant, username } };
  return answer(api.PATCH('/api/v1/tenants/{tenant}/credentials/{username}', { params, body: { enabled } }));
}

export function deleteCredential(tenant: string, username: string): Promise<void> {
  return done(
    api.DELETE('/api/v1/tenants/{tenant}/credentials/{username}', { params: { path: { tenant, username } } }),
  );
}
