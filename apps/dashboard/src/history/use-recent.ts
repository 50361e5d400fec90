'use client';

import { useRef } from 'react';
import type { Recent } from './recent.ts';

/** At one a second: twelve minutes, which is more than the longest step of a history. */
const MOST_LOOKS = 720;

/** What was seen since one came, newest last. */
export function useRecent(look: Recent): Recent[] {
  const looks = useRef<Recent[]>([]);
  if (looks.current.at(-1)?.at !== look.at) looks.current = [...looks.current, look].slice(-MOST_LOOKS);
  return looks.current;
}
