'use client';

import { useRef } from 'react';
import { useRowKeys } from './use-row-keys.ts';

/** A cursor in a table of one page: j/k move it, Enter opens its row. Give `body` to the tbody, and `look` to each row. */
export function useRowCursor(count: number, onOpen: (index: number) => void) {
  const body = useRef<HTMLTableSectionElement>(null);
  const onMove = (index: number) =>
    body.current?.querySelectorAll('[data-row]')[index]?.scrollIntoView({ block: 'nearest' });
  const cursor = useRowKeys({ count, onMove, onOpen });
  const look = (index: number) => ({
    'data-row': index,
    className: index === cursor ? 'bg-sunken shadow-[inset_2px_0_0_var(--ink)]' : undefined,
  });
  return { body, look };
}
