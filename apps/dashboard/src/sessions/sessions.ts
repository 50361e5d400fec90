import { answer, done } from '@restante/api-client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';

/** What a page of the list is asked for by. */
interface SessionsAsked {
  limit: number;
  after?: string;
  /** Part of the client identifier. */
  q?: string;
  username?: string;
  sort?: 'clientId' | 'queuedMessages';
}

function listSessions(tenant: string, query: SessionsAsked, signal: AbortSignal) {
  return answer(
    api.GET('/api/v1/tenants/{tenant}/sessions', { params: { path: { tenant }, query }, signal }),
  );
}

const FOUND = 8;

/** The first few whose client identifier holds a text. */
export const foundSessionsQuery = (tenant: string, q: string) =>
  queryOptions({
    queryKey: ['found-sessions', tenant, q],
    queryFn: ({ signal }) => listSessions(tenant, { q, limit: FOUND }, signal),
    staleTime: LIVE_MS,
    placeholderData: keepPreviousData,
  });

/** For a tenant's wall in small. */
const GLIMPSE = 300;
const GLIMPSE_MS = 5_000;

export const glimpseQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['glimpse', tenant],
    queryFn: ({ signal }) => listSessions(tenant, { limit: GLIMPSE }, signal),
    refetchInterval: every(GLIMPSE_MS),
  });

export const sessionQuery = (tenant: string, clientId: string) =>
  queryOptions({
    queryKey: ['session', tenant, clientId],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/tenants/{tenant}/sessions/{clientId}', {
          params: { path: { tenant, clientId } },
          signal,
        }),
      ),
    refetchInterval: LIVE_MS,
  });

export const inflightQuery = (tenant: string, clientId: string) =>
  queryOptions({
    queryKey: ['inflight', tenant, clientId],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/tenants/{tenant}/sessions/{clientId}/inflight', {
          params: { path: { tenant, clientId } },
          signal,
        }),
      ),
    refetchInterval: LIVE_MS,
  });

/** Sessions whose client logged in last with a credential, counted among the first {@link GREATEST_PAGE}. */
export async function countSessionsOf(tenant: string, username: string, signal: AbortSignal) {
  const { items, next } = await listSessions(tenant, { username, limit: GREATEST_PAGE }, signal);
  const online = items.filter(({ state }) => state === 'online');
  return { sessions: items.length, online: online.length, isAll: next === null };
}

export function disconnectSession(tenant: string, clientId: string): Promise<void> {
  const params = { path: { tenant, clientId } };
  return done(api.POST('/api/v1/tenants/{tenant}/sessions/{clientId}/disconnect', { params }));
}

export function deleteSession(tenant: string, clientId: string): Promise<void> {
  return done(
    api.DELETE('/api/v1/tenants/{tenant}/sessions/{clientId}', { params: { path: { tenant, clientId } } }),
  );
}
