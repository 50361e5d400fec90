import { answer, type LedgerLine } from '@restante/api-client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/client.ts';
import { every, LIVE_MS } from '@/api/polling.ts';
import { currentTime } from '@/format/clock.ts';
import { type AddressFilter, withFilter } from '@/interface/use-address-filter.ts';
import { sinceOf } from '@/interface/within.ts';
import { REASONS } from './reasons.ts';

export const LEDGER_FILTER = ['kind', 'clientId', 'topic', 'reason', 'within'] as const;
export type LedgerFilter = AddressFilter<(typeof LEDGER_FILTER)[number]>;

const PAGE_SIZE = 50;
const LEDGER_MS = 3 * LIVE_MS;

/** What the address says is taken only where the server knows it. */
function toQuery({ kind, clientId, topic, reason, within }: LedgerFilter) {
  return {
    ...{ clientId, topic },
    kind: kind === 'dropped' || kind === 'refused' ? (kind as LedgerLine['kind']) : undefined,
    reason:
      reason !== undefined && Object.hasOwn(REASONS, reason) ? (reason as LedgerLine['reason']) : undefined,
    from: sinceOf(within, currentTime()),
  };
}

export const ledgerQuery = (tenant: string, filter: LedgerFilter, after: string | undefined) =>
  queryOptions({
    queryKey: ['ledger', tenant, filter, after],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: { ...toQuery(filter), limit: PAGE_SIZE, after } };
      return answer(api.GET('/api/v1/tenants/{tenant}/ledger', { params, signal }));
    },
    refetchInterval: every(LEDGER_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

export const ledgerSummaryQuery = (tenant: string, filter: LedgerFilter) =>
  queryOptions({
    queryKey: ['ledger-summary', tenant, filter],
    queryFn: ({ signal }) => {
      const params = { path: { tenant }, query: toQuery(filter) };
      return answer(api.GET('/api/v1/tenants/{tenant}/ledger/summary', { params, signal }));
    },
    refetchInterval: every(LEDGER_MS),
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? previous : undefined),
  });

export function ledgerAddress(tenant: string, filter: Record<string, string | null | undefined>): string {
  return withFilter(`/tenants/${tenant}/ledger`, filter);
}
