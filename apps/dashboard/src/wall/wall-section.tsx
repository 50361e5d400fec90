'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { EmptyNote } from '@/interface/empty-note.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { useLiveSessions } from '@/live/use-live-sessions.ts';
import { sessionAddress } from '@/sessions/addresses.ts';
import { Legend } from './legend.tsx';
import { useOtherView } from './use-other-view.ts';
import { Wall } from './wall.tsx';

const HEIGHT = 300;
const everyone = () => true;
const nobody = () => false;

/** The wall on the overview: to be looked at, and a way in; on its own page cells can be selected. */
export function WallSection({ tenant, sessionCount }: { tenant: string; sessionCount: number }) {
  const router = useRouter();
  const store = useLiveSessions(tenant);
  // As it was when one came: the wall grows by itself from there.
  const [expected] = useState(sessionCount);
  const table = useOtherView(`/tenants/${tenant}/sessions`);
  const ways = (
    <span className="flex gap-4 text-[13px]">
      <Link href={`/tenants/${tenant}/wall`} className="door">
        Whole page
      </Link>
      <Link href={table} className="door">
        As a table
      </Link>
    </span>
  );
  return (
    <section className="flex flex-col gap-3">
      <SectionHeading actions={ways}>The wall</SectionHeading>
      {store.size === 0 && (store.isComplete || expected === 0) ? (
        <EmptyNote>Empty: a pigeonhole appears for each session.</EmptyNote>
      ) : (
        <Wall
          store={store}
          expected={expected}
          height={HEIGHT}
          isWanted={everyone}
          isSelected={nobody}
          onOpen={(clientId) => router.push(sessionAddress(tenant, clientId))}
          onSelect={null}
        />
      )}
      <Legend />
    </section>
  );
}
