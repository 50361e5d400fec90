'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { logout, meQuery } from './people.ts';

/** Who is logged in, and the way out. */
export function LogoutButton() {
  const { data: me } = useQuery(meQuery);
  const leave = useMutation({ mutationFn: logout, onSuccess: () => window.location.assign('/login') });
  return (
    <div className="flex items-center gap-4 text-[13px]">
      {leave.error !== null && <span className="text-accent">{leave.error.message}</span>}
      <span className="text-quiet">{me?.email}</span>
      <button type="button" className="door" onClick={() => leave.mutate()} disabled={leave.isPending}>
        Log out
      </button>
    </div>
  );
}
