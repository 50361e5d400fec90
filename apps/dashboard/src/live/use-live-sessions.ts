'use client';

import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { type SessionStore } from './session-store.ts';
import { reads, storeOf } from './watch.ts';

/** News come in pieces, fifty at once from a great tenant: what they change is rendered together. */
const RENDER_MS = 200;

/**
 * The sessions of a tenant, kept up to date while the component is there. Rendered anew with what has changed; whoever
 * draws by itself takes `useSessionStore` and subscribes.
 */
export function useLiveSessions(tenant: string): SessionStore {
  const store = useSessionStore(tenant);
  const subscribe = useCallback((listener: () => void) => subscribeSeldom(store, listener), [store]);
  useSyncExternalStore(
    subscribe,
    () => store.version,
    () => 0,
  );
  return store;
}

/** The same without rendering anew. */
export function useSessionStore(tenant: string): SessionStore {
  useEffect(() => reads(tenant), [tenant]);
  return storeOf(tenant);
}

function subscribeSeldom(store: SessionStore, listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const unsubscribe = store.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      listener();
    }, RENDER_MS);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
