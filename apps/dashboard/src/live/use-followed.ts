'use client';

import type { Subscriptions } from '@restante/api-client';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { follow } from './follow.ts';

/**
 * Keeps what a query has read as a subscription tells it, while the component is there. What is no more is read once
 * again, which says so.
 *
 * @param given - null: nothing is followed
 * @returns whether it is told now, so that nobody need read it again and again
 */
export function useFollowed<Name extends 'overview' | 'session' | 'queue'>(
  queryKey: QueryKey,
  name: Name,
  given: Subscriptions[Name]['arguments'] | null,
): boolean {
  const queries = useQueryClient();
  const [told, setTold] = useState<string | null>(null);
  const what = given === null ? null : JSON.stringify([queryKey, given]);
  useEffect(() => {
    if (what === null) return undefined;
    const [key, asked] = JSON.parse(what) as [QueryKey, Subscriptions[Name]['arguments']];
    const ending = new AbortController();
    const onValue = (value: Subscriptions[Name]['answer'] | null) => {
      if (value === null) {
        setTold(null);
        void queries.invalidateQueries({ queryKey: key });
        return;
      }
      setTold(what);
      queries.setQueryData(key, value);
    };
    follow(name, asked, { onValue, onLost: () => setTold(null) }, ending.signal);
    return () => ending.abort();
  }, [queries, name, what]);
  return told !== null && told === what;
}
