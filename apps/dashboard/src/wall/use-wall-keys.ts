'use client';

import { type KeyboardEvent, useState } from 'react';
import type { SessionStore } from '@/live/session-store.ts';
import type { WallLayout } from './wall-layout.ts';

interface WallKeys {
  store: SessionStore;
  layout: WallLayout | null;
  onOpen: (clientId: string) => void;
  onSelect: ((clientIds: string[], isMore: boolean) => void) | null;
}

/** A cursor on the wall: arrows move it over the gaps, Enter opens, x selects. */
export function useWallKeys({ store, layout, onOpen, onSelect }: WallKeys) {
  const [cursor, setCursor] = useState<number | null>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (layout === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, layout.columns);
    const session = cursor === null ? undefined : store.at(cursor);
    if (step !== undefined) setCursor(nextInUse(store, cursor, step));
    else if (event.key === 'Enter' && session !== undefined) onOpen(session.clientId);
    else if (event.key === 'x' && session !== undefined) onSelect?.([session.clientId], true);
    else if (event.key === 'Escape') {
      setCursor(null);
      onSelect?.([], false);
    } else return;
    event.preventDefault();
  };
  return { cursor, onKeyDown, onBlur: () => setCursor(null) };
}

function stepOf(key: string, columns: number): number | undefined {
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
}

/** The next slot in a direction that holds a session; where one is when there is none. */
function nextInUse(store: SessionStore, from: number | null, step: number): number | null {
  if (from === null) return nextInUse(store, -1, 1);
  for (let slot = from + step; slot >= 0 && slot < store.extent; slot += step)
    if (store.at(slot) !== undefined) return slot;
  return from === -1 ? null : from;
}
