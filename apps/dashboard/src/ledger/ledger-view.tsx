'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useAddressFilter } from '@/interface/use-address-filter.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { LedgerFilterBar } from './ledger-filter-bar.tsx';
import { LedgerSums } from './ledger-sums.tsx';
import { LedgerTable } from './ledger-table.tsx';
import { LEDGER_FILTER, ledgerQuery, ledgerSummaryQuery } from './ledger.ts';

/** What did not arrive, and why: added up, and minute by minute. */
export function LedgerView() {
  const tenant = useTenant();
  const trail = useTrail();
  const { filter, change, isFiltered } = useAddressFilter(LEDGER_FILTER);
  const { data, error } = useQuery(ledgerQuery(tenant, filter, trail.after));
  const summary = useQuery(ledgerSummaryQuery(tenant, filter));
  return (
    <>
      <PageHeading
        about={
          <>
            What did not arrive, and why: nothing is lost without a line here. Where a policy keeps them, the
            messages themselves are{' '}
            <Link href={`/tenants/${tenant}/dead-letters`} className="door text-ink">
              dead letters
            </Link>
            .
          </>
        }
      >
        Ledger
      </PageHeading>
      <LedgerFilterBar filter={filter} change={change} />
      {summary.data !== undefined && summary.data.byReason.length > 0 && (
        <LedgerSums tenant={tenant} filter={filter} summary={summary.data} />
      )}
      <LoadState
        label="The ledger's lines"
        data={data}
        error={error}
        isEmpty={({ items }) => items.length === 0}
        empty={isFiltered ? 'Nothing was lost that matches.' : 'Everything has arrived so far.'}
      >
        {({ items }) => <LedgerTable tenant={tenant} lines={items} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}
