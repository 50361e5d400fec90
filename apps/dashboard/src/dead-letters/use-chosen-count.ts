'use client';

import { useQuery } from '@tanstack/react-query';
import { formatCountOf } from '@/format/numbers.ts';
import { type Chosen, deadLetterCountQuery } from './dead-letters.ts';

/** "12 dead letters", or undefined while they are not counted. */
export function useChosenCount(tenant: string, chosen: Chosen): string | undefined {
  const isByName = 'ids' in chosen;
  const counted = useQuery({
    ...deadLetterCountQuery(tenant, isByName ? {} : chosen.filter),
    enabled: !isByName,
  });
  const count = isByName ? { messages: chosen.ids.length, isAll: true } : counted.data;
  if (count === undefined) return undefined;
  return `${count.isAll ? '' : 'at least '}${formatCountOf(count.messages, 'dead letter')}`;
}
