'use client';

import { useCallback } from 'react';
import { searchWith } from './search-address.ts';
import { useSearch } from './use-search.ts';

/**
 * A part of the address behind the "?"; '' takes it out. What depends on a list's filter (`after`) goes with it.
 *
 * @returns its value, '' when it is not there
 */
export function useSearchPart(name: string, replace = true): [string, (value: string) => void] {
  const [parameters, change] = useSearch();
  const set = useCallback(
    (value: string) => {
      change(searchWith(name, value), replace);
    },
    [name, replace, change],
  );
  return [parameters.get(name) ?? '', set];
}
