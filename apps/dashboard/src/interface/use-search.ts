'use client';

import { useSearchParams } from 'next/navigation';
import { startTransition, useCallback, useMemo, useOptimistic } from 'react';
import { setSearch } from './search-address.ts';

/**
 * What stands behind the "?" of the address, and a way to change it. The page follows an address when it comes to it:
 * what one has just ticked or chosen shows at once all the same.
 */
export function useSearch(): [URLSearchParams, typeof setSearch] {
  const address = useSearchParams().toString();
  const [shown, show] = useOptimistic(address);
  const parameters = useMemo(() => new URLSearchParams(shown), [shown]);
  const change = useCallback<typeof setSearch>(
    (changed, replace) =>
      startTransition(() => {
        show(changed.toString());
        setSearch(changed, replace);
      }),
    [show],
  );
  return [parameters, change];
}
