'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { meQuery } from '@/people/people.ts';

/** Around the pages of the platform: whoever does not administer it is told so, once, and not by each part of a page. */
export function PlatformFrame({ children }: { children: ReactNode }) {
  const { data: me } = useQuery(meQuery);
  if (me?.isPlatformAdmin === false) return <NotYours />;
  return children;
}

function NotYours() {
  return (
    <>
      <h1 className="text-xl font-semibold">This page is for administrators of the platform</h1>
      <p className="mt-2 text-quiet">
        What you have a role in:{' '}
        <Link href="/tenants" className="door text-ink">
          your tenants
        </Link>
      </p>
    </>
  );
}
