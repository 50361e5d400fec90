'use client';

import { useCallback } from 'react';
import { searchWith } from './search-address.ts';
import { useSearch } from './use-search.ts';

/** What a list is filtered by, each by its name in the address. */
export type AddressFilter<Name extends string> = Partial<Record<Name, string>>;

/** A list's filter as the address has it, and a way to change one of its parts, which leads back to the first page. */
export function useAddressFilter<Name extends string>(names: readonly Name[]) {
  const [parameters, setSearch] = useSearch();
  const present = names.map((name) => [name, parameters.get(name) || undefined] as const);
  const filter = Object.fromEntries(present) as AddressFilter<Name>;
  const change = useCallback(
    (name: Name, value: string, isTyped = false) => {
      setSearch(searchWith(name, value), isTyped);
    },
    [setSearch],
  );
  return { filter, change, isFiltered: present.some(([, value]) => value !== undefined) };
}

/** Address of a page with a filter: what is undefined or null is left out. */
export function withFilter(address: string, filter: Record<string, string | null | undefined>): string {
  const given = Object.entries(filter).filter((part): part is [string, string] => Boolean(part[1]));
  return given.length === 0 ? address : `${address}?${new URLSearchParams(given).toString()}`;
}
