'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

export interface Selection {
  clientIds: ReadonlySet<string>;
  /** With `toHere`, all between the last one chosen and this one too. Always the same function, so that rows stay. */
  toggle: (clientId: string, toHere?: boolean) => void;
  replace: (clientIds: Iterable<string>) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** Which sessions of a list are selected. @param order - the list, for selecting a range */
export function useSelection(order: readonly string[]): Selection {
  const [clientIds, setClientIds] = useState(NONE);
  const last = useRef<string>(undefined);
  const list = useRef(order);
  useEffect(() => {
    list.current = order;
  }, [order]);
  const toggle = useCallback((clientId: string, toHere = false) => {
    const chosen = toHere ? between(list.current, last.current, clientId) : [clientId];
    last.current = clientId;
    setClientIds((before) => {
      const next = new Set(before);
      for (const name of chosen) {
        if (before.has(clientId)) next.delete(name);
        else next.add(name);
      }
      return next;
    });
  }, []);
  const replace = useCallback((wanted: Iterable<string>) => setClientIds(new Set(wanted)), []);
  const clear = useCallback(() => setClientIds(NONE), []);
  return useMemo(() => ({ clientIds, toggle, replace, clear }), [clientIds, toggle, replace, clear]);
}

/** Both ends and all between them, in whichever order; the second alone when the first is not in the list. */
function between(order: readonly string[], one: string | undefined, other: string): readonly string[] {
  const from = one === undefined ? -1 : order.indexOf(one);
  const to = order.indexOf(other);
  if (from === -1 || to === -1) return [other];
  return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}
