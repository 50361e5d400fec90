'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { setSearch } from '@/interface/search-address.ts';
import { type SessionFilter } from './sessions.ts';

/**
 * The list's filter as the address has it, and a way to change it; a change goes back to the first page.
 * What is typed into the search makes no steps to go back to.
 */
export function useSessionFilter(): [SessionFilter, (change: Partial<SessionFilter>) => void] {
  const parameters = useSearchParams();
  const change = useCallback((wanted: Partial<SessionFilter>) => {
    const changed = new URLSearchParams(window.location.search);
    changed.delete('after');
    for (const [name, value] of Object.entries(wanted)) {
      if (value === undefined || value === '') changed.delete(name);
      else changed.set(name, value);
    }
    setSearch(changed, 'q' in wanted);
  }, []);
  const state = parameters.get('state');
  const filter = {
    state: state === 'online' || state === 'offline' ? state : undefined,
    q: parameters.get('q') ?? undefined,
    sort: parameters.get('sort') === 'queuedMessages' ? 'queuedMessages' : undefined,
  } as const;
  return [filter, change];
}
