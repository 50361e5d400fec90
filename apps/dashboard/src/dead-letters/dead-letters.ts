import { answer, type DeadLetter, done, type LeftDeadLetters } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';
import { type AddressFilter, withFilter } from '@/interface/use-address-filter.ts';
import { LOSSES } from '@/ledger/reasons.ts';

export const DEAD_LETTER_FILTER = ['clientId', 'topicFilter', 'reason'] as const;
export type DeadLetterFilter = AddressFilter<(typeof DEAD_LETTER_FILTER)[number]>;

const PAGE_SIZE = 50;
const GLANCE_BYTES = 64;
/** Dead letters that are counted before "at least" has to do. */
const MOST_COUNTED = 5_000;

const DEAD_LETTERS = '/api/v1/tenants/{tenant}/dead-letters';

/** What the address says is taken only where the server knows it. */
function toQuery({ clientId, topicFilter, reason }: DeadLetterFilter) {
  return { clientId, topicFilter, reason: LOSSES.find((known) => known === reason) };
}

export const deadLettersQuery = (
  tenant: string,
  filter: DeadLetterFilter,
  { after, limit = PAGE_SIZE }: { after?: string; limit?: number },
) =>
  queryOptions({
    queryKey: ['dead-letters', tenant, filter, { after, limit }],
    queryFn: ({ signal }) => {
      const query = { ...toQuery(filter), limit, after, payloadBytes: GLANCE_BYTES };
      return answer(api.GET(DEAD_LETTERS, { params: { path: { tenant }, query }, signal }));
    },
    refetchInterval: every(3 * LIVE_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

/** One with all of its payload. */
export const deadLetterQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ['dead-letter', tenant, id],
    queryFn: ({ signal }): Promise<DeadLetter> =>
      answer(api.GET(`${DEAD_LETTERS}/{id}`, { params: { path: { tenant, id } }, signal })),
  });

export interface Count {
  messages: number;
  /** false: there are more. */
  isAll: boolean;
}

/** How many a filter matches: what a change by that filter would take. */
export const deadLetterCountQuery = (tenant: string, filter: DeadLetterFilter) =>
  queryOptions({
    queryKey: ['dead-letter-count', tenant, filter],
    queryFn: async ({ signal }): Promise<Count> => {
      let messages = 0;
      let after: string | undefined;
      do {
        const query = { ...toQuery(filter), limit: GREATEST_PAGE, after, payloadBytes: 0 };
        const page = await answer(api.GET(DEAD_LETTERS, { params: { path: { tenant }, query }, signal }));
        messages += page.items.length;
        after = page.next ?? undefined;
      } while (after !== undefined && messages < MOST_COUNTED);
      return { messages, isAll: after === undefined };
    },
    staleTime: LIVE_MS,
  });

/** Some by name, or all that a filter matches. */
export type Chosen = { ids: string[] } | { filter: DeadLetterFilter };

export interface Requeued {
  messages: number;
  left: LeftDeadLetters[];
}

/** Queues them again for the session `to`, or for those who lost them, as often as there are more and some can be. */
export async function requeue(tenant: string, chosen: Chosen, to: string | undefined): Promise<Requeued> {
  const body = { ...('ids' in chosen ? { ids: chosen.ids } : toQuery(chosen.filter)), to };
  const requeued: Requeued = { messages: 0, left: [] };
  for (let isOver = false; !isOver;) {
    const piece = await answer(api.POST(`${DEAD_LETTERS}/requeue`, { params: { path: { tenant } }, body }));
    requeued.messages += piece.messages;
    requeued.left = piece.left;
    isOver = piece.isComplete || piece.messages === 0;
  }
  return requeued;
}

/** @returns how many */
export async function deleteDeadLetters(tenant: string, chosen: Chosen): Promise<number> {
  if ('ids' in chosen) {
    for (const id of chosen.ids)
      await done(api.DELETE(`${DEAD_LETTERS}/{id}`, { params: { path: { tenant, id } } }));
    return chosen.ids.length;
  }
  const params = { path: { tenant }, query: toQuery(chosen.filter) };
  return (await answer(api.DELETE(DEAD_LETTERS, { params }))).deletedMessages;
}

/** What shows dead letters, or where they may go. */
export function staleAfter(tenant: string): string[][] {
  return ['dead-letters', 'dead-letter-count', 'session', 'queue'].map((what) => [what, tenant]);
}

export function deadLettersAddress(tenant: string, filter: DeadLetterFilter): string {
  return withFilter(`/tenants/${tenant}/dead-letters`, filter);
}
