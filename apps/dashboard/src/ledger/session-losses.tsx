'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { Sums } from './ledger-sums.tsx';
import { ledgerAddress, ledgerSummaryQuery } from './ledger.ts';

/** What one client did not get, or was refused, by reason. */
export function SessionLosses({ tenant, clientId }: { tenant: string; clientId: string }) {
  const { data, error } = useQuery(ledgerSummaryQuery(tenant, { clientId }));
  return (
    <section aria-label="What did not arrive">
      <SectionHeading
        actions={
          <Link href={ledgerAddress(tenant, { clientId })} className="door text-[13px]">
            In the ledger
          </Link>
        }
      >
        What did not arrive
      </SectionHeading>
      <LoadState
        label="Losses"
        data={data}
        error={error}
        rows={1}
        isEmpty={({ byReason }) => byReason.length === 0}
        empty="Everything has arrived so far."
      >
        {({ byReason, byTopic }) => (
          <div className="grid gap-x-12 gap-y-4 lg:grid-cols-2">
            <Sums
              name="By reason"
              sums={byReason}
              door={({ value, kind }) => ledgerAddress(tenant, { clientId, kind, reason: value })}
              isReason
            />
            <Sums
              name="By topic"
              sums={byTopic}
              door={({ value, kind }) =>
                value === null ? null : ledgerAddress(tenant, { clientId, kind, topic: value })
              }
            />
          </div>
        )}
      </LoadState>
    </section>
  );
}
