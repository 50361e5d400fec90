'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { type SessionFilter } from './sessions.ts';

/** The list's filter as the address has it, and a way to change it; a change goes back to the first page. */
export function useSessionFilter(): [SessionFilter, (change: Partial<SessionFilter>) => void] {
  const parameters = useSearchParams();
  const change = useCallback((wanted: Partial<SessionFilter>) => {
    const changed = new URLSearchParams(window.location.search);
    changed.delete('after');
    for (const [name, value] of Object.entries(wanted)) {
      if (value === undefined || value === '') changed.delete(name);
      else changed.set(name, value);
    }
    window.history.pushState(null, '', `?${changed.toString()}`);
  }, []);
  const state = parameters.get('state');
  const filter = {
    state: state === 'online' || state === 'offline' ? state : undefined,
    q: parameters.get('q') ?? undefined,
    sort: parameters.get('sort') === 'queuedMessages' ? 'queuedMessages' : undefined,
  } as const;
  return [filter, change];
}
