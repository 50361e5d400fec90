'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { logout, meQuery } from './people.ts';

/** Who is logged in, and the way out. `onLeave`: a way was taken. */
export function LogoutButton({ onLeave }: { onLeave?: () => void }) {
  const { data: me } = useQuery(meQuery);
  const leave = useMutation({ mutationFn: logout, onSuccess: () => window.location.assign('/login') });
  return (
    <div className="flex min-h-5 flex-wrap items-center justify-between gap-x-3 text-[13px]">
      <Link
        href="/account"
        className="door min-w-0 truncate leading-6 text-quiet"
        title={`Your account: ${me?.email ?? ''}`}
        onClick={onLeave}
      >
        {me?.email}
      </Link>
      <button
        type="button"
        className="door min-h-6"
        onClick={() => leave.mutate()}
        disabled={leave.isPending}
      >
        Log out
      </button>
      {leave.error !== null && <span className="w-full text-accent">{leave.error.message}</span>}
    </div>
  );
}
