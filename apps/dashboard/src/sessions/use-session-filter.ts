'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { setSearch } from '@/interface/search-address.ts';
import { readFilter, type SessionFilter, writeFilter } from './session-filter.ts';

export type ChangeFilter = (change: Partial<SessionFilter>) => void;

/** The list's filter as the address has it, and a way to change it. What is typed makes no steps to go back to. */
export function useSessionFilter(): [SessionFilter, ChangeFilter] {
  const parameters = useSearchParams();
  const address = parameters.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(address)), [address]);
  const change = useCallback((wanted: Partial<SessionFilter>) => {
    const present = readFilter(new URLSearchParams(window.location.search));
    setSearch(writeFilter({ ...present, ...wanted }), 'q' in wanted);
  }, []);
  return [filter, change];
}
