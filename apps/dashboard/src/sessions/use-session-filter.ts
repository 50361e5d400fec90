'use client';

import { useCallback, useMemo } from 'react';
import { useSearch } from '@/interface/use-search.ts';
import { readFilter, type SessionFilter, writeFilter } from './session-filter.ts';

export type ChangeFilter = (change: Partial<SessionFilter>) => void;

/** The list's filter as the address has it, and a way to change it. What is typed makes no steps to go back to. */
export function useSessionFilter(): [SessionFilter, ChangeFilter] {
  const [parameters, setSearch] = useSearch();
  const filter = useMemo(() => readFilter(parameters), [parameters]);
  const change = useCallback(
    (wanted: Partial<SessionFilter>) => {
      const present = readFilter(new URLSearchParams(window.location.search));
      setSearch(writeFilter({ ...present, ...wanted }), 'q' in wanted);
    },
    [setSearch],
  );
  return [filter, change];
}
