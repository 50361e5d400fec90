import { answer, done } from '@restante/api-client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';
import { readOn } from '@/api/read-on.ts';
import type { SessionFilter } from './session-filter.ts';

/** What a page of the list is asked for by. */
interface SessionsAsked extends SessionsWanted {
  limit: number;
  after?: string;
}

interface SessionsWanted {
  state?: 'online' | 'offline';
  /** Part of the client identifier. */
  q?: string;
  username?: string;
  absentAfter?: string;
  absentBefore?: string;
  orphans?: boolean;
  sort?: 'clientId' | 'queuedMessages';
}

/** What the list is asked for by a filter. `now`: ms since the epoch */
export function askedOf(filter: SessionFilter, now: number): SessionsWanted {
  const { state, q, username, absentSeconds, absentAfter, absentBefore, isSuspect, sort } = filter;
  const before = Math.min(absentBefore ?? Infinity, now - (absentSeconds ?? -Infinity) * 1_000);
  return {
    ...{ state, q, username },
    absentAfter: absentAfter === undefined ? undefined : new Date(absentAfter).toISOString(),
    absentBefore: before === Infinity ? undefined : new Date(before).toISOString(),
    orphans: isSuspect,
    sort: sort === 'queuedMessages' ? sort : undefined,
  };
}

export function listSessions(tenant: string, query: SessionsAsked, signal: AbortSignal) {
  const path = { tenant };
  return readOn((after) => {
    const params = { path, query: { ...query, after } };
    return answer(api.GET('/api/v1/tenants/{tenant}/sessions', { params, signal }));
  }, query.after);
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

const FOUND_MS = 5_000;

/** What the server finds, page by page. While it is one page it is kept as it is now. */
export const foundQuery = (tenant: string, wanted: SessionsWanted) =>
  infiniteQueryOptions({
    queryKey: ['found', tenant, wanted],
    queryFn: ({ signal, pageParam: after }) =>
      listSessions(tenant, { ...wanted, limit: GREATEST_PAGE, after }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) === 1 ? FOUND_MS : false),
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

const EVENTS_FIRST = 8;
const EVENTS_MORE = 50;

/** What has happened to a session, and to earlier ones of its client identifier, piece by piece. */
export const eventsQuery = (tenant: string, clientId: string) =>
  infiniteQueryOptions({
    queryKey: ['session-events', tenant, clientId],
    queryFn: ({ signal, pageParam: after }) => {
      const query = { limit: after === undefined ? EVENTS_FIRST : EVENTS_MORE, after };
      const params = { path: { tenant, clientId }, query };
      return answer(api.GET('/api/v1/tenants/{tenant}/sessions/{clientId}/events', { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: every(3 * LIVE_MS),
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
