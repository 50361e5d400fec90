'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False in what the server sends, true once scripts answer: a form sent before that would leave the page. */
export function useIsAlive(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
