import { answer } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';

export const TOPIC_SORTS = ['topic', 'messagesPerSecond', 'messages'] as const;
export type TopicSort = (typeof TOPIC_SORTS)[number];

export interface TopicsAsked {
  /** Levels below it; undefined: the first ones. */
  parent?: string;
  /** Part of the topic: whole topics then, no levels. */
  q?: string;
  sort: TopicSort;
}

export const topicsQuery = (tenant: string, asked: TopicsAsked) =>
  queryOptions({
    queryKey: ['topics', tenant, asked],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { ...asked, limit: GREATEST_PAGE } };
      return answer(api.GET('/api/v1/tenants/{tenant}/topics', { params, signal }));
    },
    refetchInterval: every(2 * LIVE_MS),
    placeholderData: (previous, query) =>
      query?.queryKey[1] === tenant && (query.queryKey[2] as TopicsAsked).parent === asked.parent
        ? previous
        : undefined,
  });

/** What a level is, as a topic filter: the topic itself, and with `childTopics` all below it. */
export function filterOf({ topic, childTopics }: { topic: string; childTopics: number }): string {
  return childTopics === 0 ? topic : `${topic}/#`;
}
