'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { formatCount } from '@/format/numbers.ts';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { FailureNote } from '@/interface/failure-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { wallQuery } from '@/sessions/sessions.ts';
import { CellPatterns } from './cell.tsx';
import { Legend } from './legend.tsx';
import { Wall } from './wall.tsx';

/** `sessionCount`: all the tenant's sessions, of which a wall may show a part. */
export function WallSection({ tenant, sessionCount }: { tenant: string; sessionCount: number }) {
  const { data, error } = useQuery(wallQuery(tenant));
  const table = (
    <Link href={`/tenants/${tenant}/sessions`} className="door text-[13px]">
      As a table
    </Link>
  );
  return (
    <section className="flex flex-col gap-3">
      <SectionHeading actions={table}>The wall</SectionHeading>
      {data === undefined && <FailureNote error={error} />}
      {data?.length === 0 && <EmptyNote>Empty: a pigeonhole appears for each session.</EmptyNote>}
      {data !== undefined && data.length > 0 && (
        <>
          <CellPatterns />
          <Wall tenant={tenant} sessions={data} />
          <Legend />
          {data.length < sessionCount && (
            <p className="text-xs text-quiet">
              {`The ${formatCount(data.length)} deepest queues of ${formatCount(sessionCount)} sessions.`}
            </p>
          )}
        </>
      )}
    </section>
  );
}
