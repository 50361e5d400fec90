'use client';

import { useRef } from 'react';

/** Brings the row that the keys have come to into view. `body`: the table's rows */
export function useTableCursor() {
  const body = useRef<HTMLTableSectionElement>(null);
  const onMove = (index: number) => body.current?.rows[index]?.scrollIntoView({ block: 'nearest' });
  return { body, onMove };
}
