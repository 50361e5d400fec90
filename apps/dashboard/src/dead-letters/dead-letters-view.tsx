'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { useAddressFilter } from '@/interface/use-address-filter.ts';
import { useTrail } from '@/interface/use-trail.ts';
import { ledgerAddress } from '@/ledger/ledger.ts';
import { LossFilterBar } from '@/ledger/loss-filter-bar.tsx';
import { LOSSES } from '@/ledger/reasons.ts';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { DeadLetterTable } from './dead-letter-table.tsx';
import { DEAD_LETTER_FILTER, deadLettersQuery } from './dead-letters.ts';
import { DeleteDeadLetters } from './delete-dead-letters.tsx';
import { RequeueDialog } from './requeue-dialog.tsx';

const TOPIC = { name: 'topicFilter', label: 'What a topic filter matches' } as const;

/** Messages that sessions have lost and that are kept, to be read and queued again. */
export function DeadLettersView() {
  const tenant = useTenant();
  const trail = useTrail();
  const { filter, change, isFiltered } = useAddressFilter(DEAD_LETTER_FILTER);
  const { data, error, isPlaceholderData } = useQuery(
    deadLettersQuery(tenant, filter, { after: trail.after }),
  );
  // A topic filter that the server refuses: what was found by the one before is not its answer.
  const isRefused = error !== null && isPlaceholderData;
  return (
    <>
      <PageHeading
        about="What sessions have lost, kept where their policy has dead letters. Read them, and queue them again for the same session or another."
        actions={
          data !== undefined && data.items.length > 0 && <AllActions tenant={tenant} filter={filter} />
        }
      >
        Dead letters
      </PageHeading>
      <LossFilterBar filter={filter} change={change} topic={TOPIC} reasons={LOSSES} />
      <LoadState
        label="Dead letters"
        data={isRefused ? undefined : data}
        error={error}
        isEmpty={({ items }) => items.length === 0}
        empty={
          isFiltered ? (
            'No dead letter matches.'
          ) : (
            <>
              No dead letters. They are kept for sessions whose policy says so (Dead letters); what was lost
              otherwise is in the{' '}
              <Link href={ledgerAddress(tenant, {})} className="door text-ink">
                ledger
              </Link>
              .
            </>
          )
        }
      >
        {({ items }) => <DeadLetterTable tenant={tenant} letters={items} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

/** What can be done to all that the list shows, and nothing else. */
function AllActions({ tenant, filter }: { tenant: string; filter: Record<string, string | undefined> }) {
  const [asked, setAsked] = useState<'requeue' | 'delete'>();
  const onEnd = () => setAsked(undefined);
  if (!useMay(tenant, 'sessions:write')) return null;
  return (
    <>
      <Button onClick={() => setAsked('requeue')}>Queue all of these again</Button>
      <Button look="danger" onClick={() => setAsked('delete')}>
        Delete all of these
      </Button>
      {asked === 'requeue' && <RequeueDialog tenant={tenant} chosen={{ filter }} onEnd={onEnd} />}
      {asked === 'delete' && <DeleteDeadLetters tenant={tenant} chosen={{ filter }} onEnd={onEnd} />}
    </>
  );
}
