'use client';

import { useEffect, useState } from 'react';
import { followMessages } from './message-source.ts';
import { NEW_TAIL, type Tail, withTold } from './tail.ts';

/** Messages as they are published. For another filter mount another component: what was told stays with its filter. */
export function useTail(tenant: string, topicFilter: string): Tail {
  const [tail, setTail] = useState(NEW_TAIL);
  useEffect(() => {
    const ending = new AbortController();
    const listener = {
      onTold: (told: Parameters<typeof withTold>[1]) => setTail((before) => withTold(before, told)),
      onRefusal: (refusal: Error) => setTail((before) => ({ ...before, refusal })),
    };
    followMessages(tenant, topicFilter, listener, ending.signal);
    return () => ending.abort();
  }, [tenant, topicFilter]);
  return tail;
}
