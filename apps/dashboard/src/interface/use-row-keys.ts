'use client';

import { useEffect, useEffectEvent, useState } from 'react';
import { plainKey } from './shortcuts.ts';

interface RowKeys {
  count: number;
  /** The cursor is on this row now: bring it into view. */
  onMove: (index: number) => void;
  onOpen: (index: number) => void;
  onSelect?: (index: number, toHere: boolean) => void;
  onClear?: () => void;
}

const PAGE_ROWS = 20;

/** Rows that a key goes forth or back. */
const STEPS: Record<string, number> = {
  j: 1,
  ArrowDown: 1,
  k: -1,
  ArrowUp: -1,
  PageDown: PAGE_ROWS,
  PageUp: -PAGE_ROWS,
  Home: -Infinity,
  End: Infinity,
};

/** A cursor in a list: j/k and arrows move it, Enter opens, x selects, Escape lets go. @returns its row, or null */
export function useRowKeys({ count, onMove, onOpen, onSelect, onClear }: RowKeys): number | null {
  const [wanted, setCursor] = useState<number | null>(null);
  const cursor = wanted === null || count === 0 ? null : Math.min(wanted, count - 1);
  const press = useEffectEvent((event: KeyboardEvent) => {
    const key = plainKey(event);
    if (key === null || count === 0) return;
    if (key in STEPS && (isLetter(key) || isInList(event.target))) {
      const next = cursor === null ? 0 : Math.max(0, Math.min(count - 1, cursor + STEPS[key]));
      setCursor(next);
      onMove(next);
    } else if (key === 'Escape') {
      setCursor(null);
      onClear?.();
    } else if (cursor !== null && key === 'Enter' && !isControl(event.target)) onOpen(cursor);
    else if (cursor !== null && (key === 'x' || key === 'X')) onSelect?.(cursor, event.shiftKey);
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
  return cursor;
}

function isLetter(key: string): boolean {
  return key.length === 1;
}

/** Arrows belong to the page until the list has the focus. */
function isInList(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role=grid]') !== null;
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button') !== null;
}
