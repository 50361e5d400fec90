'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { logout, meQuery } from './people.ts';

/** Who is logged in, and the way out. */
export function LogoutButton() {
  const { data: me } = useQuery(meQuery);
  const leave = useMutation({ mutationFn: logout, onSuccess: () => window.location.assign('/login') });
  return (
    <div className="flex min-h-5 flex-wrap items-center justify-between gap-x-3 text-[13px]">
      <span className="min-w-0 truncate text-quiet" title={me?.email ?? undefined}>
        {me?.email}
      </span>
      <button type="button" className="door" onClick={() => leave.mutate()} disabled={leave.isPending}>
        Log out
      </button>
      {leave.error !== null && <span className="w-full text-accent">{leave.error.message}</span>}
    </div>
  );
}
