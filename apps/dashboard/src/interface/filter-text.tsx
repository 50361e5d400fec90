'use client';

import { useCallback } from 'react';
import { SearchField } from './search-field.tsx';

interface FilterTextProps<Name extends string> {
  label: string;
  name: Name;
  value: string | undefined;
  change: (name: Name, value: string, isTyped: boolean) => void;
  /** `/` leads to the first of a page's. */
  hasKey?: boolean;
}

/** A part of a list's filter that is typed. */
export function FilterText<Name extends string>({
  label,
  name,
  value,
  change,
  hasKey,
}: FilterTextProps<Name>) {
  const search = useCallback((text: string) => change(name, text, true), [change, name]);
  return <SearchField label={label} value={value ?? ''} onSearch={search} hasKey={hasKey} />;
}
