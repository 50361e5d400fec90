import { answer, type DeletedSessions } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every } from '@/api/polling.ts';
import { listSessions } from './sessions.ts';

const SHOWN = 50;

/** The first of those that nobody seems to come back for. */
export const orphansQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['orphans', tenant, 'first'],
    queryFn: ({ signal }) => listSessions(tenant, { orphans: true, limit: SHOWN }, signal),
    staleTime: 0,
    refetchInterval: every(false),
  });

/** What would be lost with all of them. */
export const orphansLossQuery = (tenant: string) =>
  queryOptions({
    queryKey: ['orphans', tenant, 'loss'],
    queryFn: () => deleteOnce(tenant, true),
    staleTime: 0,
    refetchInterval: every(false),
  });

/** All of them, piece by piece. @returns how many sessions */
export async function deleteOrphans(tenant: string): Promise<number> {
  let sessions = 0;
  for (let isComplete = false; !isComplete;) {
    const piece = await deleteOnce(tenant, false);
    sessions += piece.sessions;
    isComplete = piece.isComplete;
  }
  return sessions;
}

function deleteOnce(tenant: string, dryRun: boolean): Promise<DeletedSessions> {
  const params = { path: { tenant } };
  const body = { orphans: true, dryRun };
  return answer(api.POST('/api/v1/tenants/{tenant}/sessions/delete-absent', { params, body }));
}
