import { answer, done, type RewoundSession } from '@restante/api-client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';

/** Whose queue. */
export interface QueueOf {
  tenant: string;
  clientId: string;
}

const PAGE_SIZE = 50;
const GLANCE_BYTES = 64;
/** What a subscription to the first page is asked for by, which then tells the same. */
export const QUEUE_HEAD = { limit: PAGE_SIZE, payloadBytes: GLANCE_BYTES };
/** As much of a payload as the server shows. */
const WHOLE_BYTES = 16_384;
/** Messages that are counted before "at least" has to do. */
const MOST_COUNTED = 5_000;

const QUEUE = '/api/v1/tenants/{tenant}/sessions/{clientId}/queue';

/** A page of the queue, of each payload the beginning, or with `isWhole` as much as is shown of it. */
export const queueQuery = (
  { tenant, clientId }: QueueOf,
  { after, topicFilter, isWhole = false }: { after?: string; topicFilter?: string; isWhole?: boolean },
) =>
  queryOptions({
    queryKey: ['queue', tenant, clientId, { after, topicFilter, isWhole }],
    queryFn: ({ signal }) => {
      const payloadBytes = isWhole ? WHOLE_BYTES : GLANCE_BYTES;
      const query = { limit: PAGE_SIZE, after, topicFilter, payloadBytes };
      return answer(api.GET(QUEUE, { params: { path: { tenant, clientId }, query }, signal }));
    },
    refetchInterval: every(isWhole ? false : 2 * LIVE_MS),
    placeholderData: keepPreviousData,
  });

export interface Count {
  messages: number;
  bytes: number;
  /** false: there are more. */
  isAll: boolean;
}

/** How many wait that a topic filter matches: what a change by that filter would take. */
export const countQuery = ({ tenant, clientId }: QueueOf, topicFilter: string) =>
  queryOptions({
    queryKey: ['queue-count', tenant, clientId, topicFilter],
    queryFn: async ({ signal }): Promise<Count> => {
      const count = { messages: 0, bytes: 0 };
      let after: string | undefined;
      do {
        const query = { limit: GREATEST_PAGE, after, topicFilter, payloadBytes: 0 };
        const page = await answer(api.GET(QUEUE, { params: { path: { tenant, clientId }, query }, signal }));
        const waiting = page.items.filter(({ state }) => state === 'waiting');
        count.messages += waiting.length;
        for (const { message } of waiting) count.bytes += message?.payloadBytes ?? 0;
        after = page.next ?? undefined;
      } while (after !== undefined && count.messages < MOST_COUNTED);
      return { ...count, isAll: after === undefined };
    },
    staleTime: LIVE_MS,
    retry: false,
  });

/** Drops what waits, or what of it the filter matches. @returns how many messages */
export async function purge({ tenant, clientId }: QueueOf, topicFilter?: string): Promise<number> {
  const params = { path: { tenant, clientId }, query: { topicFilter } };
  let purged = 0;
  for (let isComplete = false; !isComplete;) {
    const result = await answer(api.DELETE(QUEUE, { params }));
    purged += result.purgedMessages;
    isComplete = result.isComplete;
  }
  return purged;
}

export function deleteMessage({ tenant, clientId }: QueueOf, id: string): Promise<void> {
  const params = { path: { tenant, clientId, id } };
  return done(api.DELETE('/api/v1/tenants/{tenant}/sessions/{clientId}/queue/{id}', { params }));
}

export type Transfer = 'move' | 'copy';

/** Moves or copies what waits to another session, piece by piece. @returns how many messages */
export async function transfer(
  { tenant, clientId }: QueueOf,
  how: Transfer,
  to: string,
  topicFilter?: string,
): Promise<number> {
  const params = { path: { tenant, clientId } };
  let moved = 0;
  let after: string | undefined;
  do {
    const body = { to, topicFilter, after };
    const piece = await answer(
      how === 'move'
        ? api.POST('/api/v1/tenants/{tenant}/sessions/{clientId}/queue/move', { params, body })
        : api.POST('/api/v1/tenants/{tenant}/sessions/{clientId}/queue/copy', { params, body }),
    );
    moved += piece.messages;
    after = piece.next ?? undefined;
  } while (after !== undefined);
  return moved;
}

/** Sends again what was accepted since a time (ISO 8601), or only tells what that would be. */
export function rewind({ tenant, clientId }: QueueOf, to: string, dryRun: boolean): Promise<RewoundSession> {
  const params = { path: { tenant, clientId } };
  return answer(
    api.POST('/api/v1/tenants/{tenant}/sessions/{clientId}/rewind', { params, body: { to, dryRun } }),
  );
}
