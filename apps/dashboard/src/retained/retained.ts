import { answer, done, type Message } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';

const PAGE_SIZE = 50;
const GLANCE_BYTES = 64;
/** Messages that are counted before "at least" has to do, and pages that are read for it. */
const MOST_COUNTED = 5_000;
const MOST_PAGES = 40;

const RETAINED = '/api/v1/tenants/{tenant}/retained';

/** The levels below a parent (undefined: the first ones) that lead to something retained. */
export const retainedLevelQuery = (tenant: string, parent: string | undefined) =>
  queryOptions({
    queryKey: ['retained', tenant, 'level', { parent }],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { parent, limit: GREATEST_PAGE } };
      return answer(api.GET('/api/v1/tenants/{tenant}/retained-topics', { params, signal }));
    },
    refetchInterval: every(3 * LIVE_MS),
  });

/** A page of what a topic filter matches, of each payload the beginning. */
export const retainedListQuery = (tenant: string, topicFilter: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['retained', tenant, 'list', { topicFilter, after }],
    queryFn: ({ signal }) => {
      const query = { topicFilter, after, limit: PAGE_SIZE, payloadBytes: GLANCE_BYTES };
      return answer(api.GET(RETAINED, { params: { path: { tenant }, query }, signal }));
    },
    refetchInterval: every(3 * LIVE_MS),
  });

/** A retained message whole. */
export const retainedQuery = (tenant: string, topic: string) =>
  queryOptions({
    queryKey: ['retained', tenant, 'message', topic],
    queryFn: ({ signal }): Promise<Message> =>
      answer(
        api.GET('/api/v1/tenants/{tenant}/retained/{topic}', { params: { path: { tenant, topic } }, signal }),
      ),
    refetchInterval: every(false),
  });

export interface RetainedCount {
  messages: number;
  bytes: number;
  /** false: there are more. */
  isAll: boolean;
}

/** What a deletion by a topic filter would take. */
export const retainedCountQuery = (tenant: string, topicFilter: string) =>
  queryOptions({
    queryKey: ['retained', tenant, 'count', topicFilter],
    queryFn: async ({ signal }): Promise<RetainedCount> => {
      const count = { messages: 0, bytes: 0 };
      let after: string | undefined;
      for (let page = 0; page < MOST_PAGES && count.messages < MOST_COUNTED; page += 1) {
        const query = { topicFilter, after, limit: GREATEST_PAGE, payloadBytes: 0 };
        const { items, next } = await answer(
          api.GET(RETAINED, { params: { path: { tenant }, query }, signal }),
        );
        count.messages += items.length;
        for (const { payloadBytes } of items) count.bytes += payloadBytes ?? 0;
        if (next === null) return { ...count, isAll: true };
        after = next;
      }
      return { ...count, isAll: false };
    },
    refetchInterval: every(false),
  });

export function deleteRetained(tenant: string, topic: string): Promise<void> {
  const params = { path: { tenant, topic } };
  return done(api.DELETE('/api/v1/tenants/{tenant}/retained/{topic}', { params }));
}

/** All that the topic filter matches, piece by piece. @returns how many messages */
export async function deleteRetainedMatching(tenant: string, topicFilter: string): Promise<number> {
  const params = { path: { tenant }, query: { topicFilter } };
  let deleted = 0;
  for (let isComplete = false; !isComplete;) {
    const piece = await answer(api.DELETE(RETAINED, { params }));
    deleted += piece.deletedMessages;
    isComplete = piece.isComplete;
  }
  return deleted;
}
