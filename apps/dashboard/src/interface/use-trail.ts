'use client';

import { useSearchParams } from 'next/navigation';
import { setSearch } from './search-address.ts';

/** The pages one came through to reach the present one, as `after` cursors in the address. */
export interface Trail {
  /** Cursor of the present page; undefined: the first. */
  after: string | undefined;
  /** 1 for the first. */
  page: number;
  toNext: (next: string) => void;
  toPrevious: () => void;
  toFirst: () => void;
}

export function useTrail(): Trail {
  const parameters = useSearchParams();
  const cursors = parameters.getAll('after');
  const go = (trail: string[]) => {
    const changed = new URLSearchParams(parameters);
    changed.delete('after');
    for (const cursor of trail) changed.append('after', cursor);
    setSearch(changed);
  };
  return {
    after: cursors.at(-1),
    page: cursors.length + 1,
    toNext: (next) => go([...cursors, next]),
    toPrevious: () => go(cursors.slice(0, -1)),
    toFirst: () => go([]),
  };
}
