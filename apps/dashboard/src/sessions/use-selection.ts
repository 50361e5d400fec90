'use client';

import { useState } from 'react';

export interface Selection {
  clientIds: ReadonlySet<string>;
  /** With `toHere`, all between the last one chosen and this one too. */
  toggle: (clientId: string, toHere?: boolean) => void;
  replace: (clientIds: Iterable<string>) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** Which sessions of a list are selected. @param order - the list, for selecting a range */
export function useSelection(order: readonly string[]): Selection {
  const [clientIds, setClientIds] = useState(NONE);
  const [last, setLast] = useState<string>();
  const toggle = (clientId: string, toHere = false) => {
    const from = last === undefined ? -1 : order.indexOf(last);
    const to = order.indexOf(clientId);
    const range =
      toHere && from !== -1 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [clientId];
    const isAdding = !clientIds.has(clientId);
    const next = new Set(clientIds);
    for (const name of range) {
      if (isAdding) next.add(name);
      else next.delete(name);
    }
    setClientIds(next);
    setLast(clientId);
  };
  return {
    clientIds,
    toggle,
    replace: (wanted) => setClientIds(new Set(wanted)),
    clear: () => setClientIds(NONE),
  };
}
