import { answer } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';
import { readOn } from '@/api/read-on.ts';

const PAGE_SIZE = 100;

export interface SubscriptionsAsked {
  /** Part of the topic filter. */
  q?: string;
  /** Those that bring a message of this topic name to somebody. */
  matchesTopic?: string;
  after?: string;
}

export const subscriptionsQuery = (tenant: string, asked: SubscriptionsAsked) =>
  queryOptions({
    queryKey: ['subscriptions', tenant, asked],
    queryFn: ({ signal }) =>
      readOn((after) => {
        const params = { path: { tenant }, query: { ...asked, after, limit: PAGE_SIZE } };
        return answer(api.GET('/api/v1/tenants/{tenant}/subscriptions', { params, signal }));
      }, asked.after),
    refetchInterval: every(3 * LIVE_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });
