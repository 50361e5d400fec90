import { answer } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';

/** How the server does. */
export const healthQuery = queryOptions({
  queryKey: ['platform-health'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/health', { signal })),
  refetchInterval: every(LIVE_MS),
});
