import { answer, type ChangedCredential, done, type NewCredential } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';
import { countSessionsOf } from '@/sessions/sessions.ts';

const PAGE_SIZE = 50;

/** A page of those whose user name or label holds `q`. */
export const credentialsQuery = (tenant: string, after: string | undefined, q: string | undefined) =>
  queryOptions({
    queryKey: ['credentials', tenant, { after, q }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { limit: PAGE_SIZE, after, q } };
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

/** What binds its clients closes their connections; they log in anew. */
export function updateCredential(tenant: string, username: string, body: ChangedCredential) {
  const params = { path: { tenant, username } };
  return answer(api.PATCH('/api/v1/tenants/{tenant}/credentials/{username}', { params, body }));
}

/** A new secret, once; for `overlapSeconds` the old one is good too, then its connections are closed. */
export function rotateCredential(tenant: string, username: string, overlapSeconds: number) {
  const params = { path: { tenant, username } };
  const body = { overlapSeconds };
  return answer(api.POST('/api/v1/tenants/{tenant}/credentials/{username}/rotate', { params, body }));
}

export function deleteCredential(tenant: string, username: string): Promise<void> {
  return done(
    api.DELETE('/api/v1/tenants/{tenant}/credentials/{username}', { params: { path: { tenant, username } } }),
  );
}

/** Issues what `data` asks for, a CSV with its line of names; `dryRun`: tells only what would become of it. */
export function importCredentials(tenant: string, data: string, dryRun: boolean) {
  const body = { format: 'csv', data, dryRun } as const;
  return answer(
    api.POST('/api/v1/tenants/{tenant}/credentials/import', { params: { path: { tenant } }, body }),
  );
}
