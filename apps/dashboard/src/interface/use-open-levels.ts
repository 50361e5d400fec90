'use client';

import { useSearchParams } from 'next/navigation';
import { setSearch } from './search-address.ts';

/** Each is a request every few seconds. */
const MOST_OPEN = 50;

/** Which levels of a tree are unfolded, as `open` in the address. */
export interface OpenLevels {
  topics: string[];
  isOpen: (topic: string) => boolean;
  /** Folding takes along what is unfolded below. */
  toggle: (topic: string) => void;
}

export function useOpenLevels(): OpenLevels {
  const parameters = useSearchParams();
  const topics = parameters.getAll('open').slice(0, MOST_OPEN);
  const open = new Set(topics);
  const toggle = (topic: string) => {
    const changed = new URLSearchParams(parameters);
    changed.delete('open');
    const kept = open.has(topic)
      ? topics.filter((other) => other !== topic && !other.startsWith(`${topic}/`))
      : [...topics.slice(1 - MOST_OPEN), topic];
    for (const other of kept) changed.append('open', other);
    setSearch(changed, true);
  };
  return { topics, isOpen: (topic) => open.has(topic), toggle };
}
