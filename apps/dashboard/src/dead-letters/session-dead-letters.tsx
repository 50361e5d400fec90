'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { useMay } from '@/shell/permissions.ts';
import { DeadLetterTable } from './dead-letter-table.tsx';
import { deadLettersAddress, deadLettersQuery } from './dead-letters.ts';

const SHOWN = 5;

/** The latest of a session's dead letters, and the way to all of them. */
export function SessionDeadLetters({ tenant, clientId }: { tenant: string; clientId: string }) {
  const mayRead = useMay(tenant, 'messages:read');
  const { data, error } = useQuery({
    ...deadLettersQuery(tenant, { clientId }, { limit: SHOWN }),
    enabled: mayRead,
  });
  if (!mayRead) return null;
  return (
    <section aria-label="Dead letters">
      <SectionHeading
        actions={
          <Link href={deadLettersAddress(tenant, { clientId })} className="door text-[13px]">
            All dead letters of this session
          </Link>
        }
      >
        Dead letters
      </SectionHeading>
      <LoadState
        label="Dead letters"
        data={data}
        error={error}
        rows={1}
        isEmpty={({ items }) => items.length === 0}
        empty="None. They are kept where the policy in force says so: Dead letters."
      >
        {({ items }) => <DeadLetterTable tenant={tenant} letters={items} />}
      </LoadState>
    </section>
  );
}
