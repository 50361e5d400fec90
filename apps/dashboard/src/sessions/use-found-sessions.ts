'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { currentTime } from '@/format/clock.ts';
import { toLiveSession } from '@/live/live-session.ts';
import { SessionStore } from '@/live/session-store.ts';
import type { SessionFilter } from './session-filter.ts';
import { askedOf, foundQuery } from './sessions.ts';

const MOST_PAGES = 20;

export interface FoundSessions {
  store: SessionStore;
  /** The server has answered, whatever it found. */
  isAnswered: boolean;
  error: Error | null;
  /** Reads the next page; null: there is none, or enough is read. */
  more: (() => void) | null;
}

/**
 * Sessions that the server finds: of a tenant that has more of them than are watched, what is searched for may be among
 * the others. @param filter - null: nothing is asked
 */
export function useFoundSessions(tenant: string, filter: SessionFilter | null): FoundSessions | null {
  // The time from which "offline for" counts is that of the question: it would be another question each second.
  const asked = useMemo(() => (filter === null ? null : askedOf(filter, currentTime())), [filter]);
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    ...foundQuery(tenant, asked ?? {}),
    enabled: asked !== null,
  });
  const store = useMemo(() => new SessionStore(), [tenant, asked]);
  useEffect(() => {
    if (data === undefined) return;
    const found = data.pages.flatMap(({ items }) => items);
    const present = new Set(found.map(({ clientId }) => clientId));
    const gone = store.all().filter(({ clientId }) => !present.has(clientId));
    store.apply(
      found.map(toLiveSession),
      gone.map(({ clientId }) => clientId),
    );
    store.complete();
  }, [store, data]);
  if (asked === null) return null;
  const isMore = hasNextPage && data !== undefined && data.pages.length < MOST_PAGES;
  return {
    store,
    isAnswered: data !== undefined,
    error,
    more: isMore ? () => void fetchNextPage() : null,
  };
}
