'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { currentTime } from '@/format/clock.ts';
import type { SessionStore } from '@/live/session-store.ts';
import type { SessionFilter } from './session-filter.ts';
import { isLively, orderOf } from './session-order.ts';

/** The order follows values that change at most so often: a list that sorts itself under one's eyes cannot be read. */
const LIVELY_MS = 2_000;
const SETTLED_MS = 250;

export interface SessionOrder {
  clientIds: string[];
  /** Sessions have come or gone that the order, which is held, does not show. */
  isBehind: boolean;
  /** While one points at the list nothing moves in it. */
  hold: (isHeld: boolean) => void;
  refresh: () => void;
}

export function useSessionOrder(store: SessionStore, filter: SessionFilter): SessionOrder {
  const [turn, setTurn] = useState(0);
  const [isBehind, setIsBehind] = useState(false);
  const isHeld = useRef(false);
  const shown = useRef({ membership: -1, at: 0 });
  const clientIds = useMemo(
    () => orderOf(store.all(), filter, currentTime()),
    // `turn` says when to look at the store again.
    [store, filter, turn],
  );
  const refresh = () => {
    setIsBehind(false);
    setTurn((last) => last + 1);
  };
  useEffect(() => {
    shown.current = { membership: store.membership, at: performance.now() };
  }, [store, clientIds]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer = undefined;
      const hasMoved = store.membership !== shown.current.membership;
      if (!hasMoved && !isLively(filter)) return;
      if (isHeld.current) {
        if (hasMoved) setIsBehind(true);
      } else {
        setIsBehind(false);
        setTurn((last) => last + 1);
      }
    };
    const unsubscribe = store.subscribe(() => {
      const every = store.isComplete && isLively(filter) ? LIVELY_MS : SETTLED_MS;
      timer ??= setTimeout(look, Math.max(0, shown.current.at + every - performance.now()));
    });
    // What came before this began to listen.
    timer = setTimeout(look, SETTLED_MS);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store, filter]);
  return { clientIds, isBehind, hold: (held) => (isHeld.current = held), refresh };
}
