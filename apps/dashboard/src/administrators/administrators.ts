import { answer, done } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, SETTLED_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;

export const administratorsQuery = (after: string | undefined) =>
  queryOptions({
    queryKey: ['administrators', { after }],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/administrators', { params: { query: { limit: PAGE_SIZE, after } }, signal })),
    refetchInterval: every(SETTLED_MS),
    placeholderData: (previous) => previous,
  });

export function removeAdministrator(id: string): Promise<void> {
  return done(api.DELETE('/api/v1/administrators/{id}', { params: { path: { id } } }));
}
