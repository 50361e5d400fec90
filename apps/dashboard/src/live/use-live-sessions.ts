'use client';

import { useEffect, useSyncExternalStore } from 'react';
import { type SessionStore } from './session-store.ts';
import { reads, storeOf } from './watch.ts';

/**
 * The sessions of a tenant, kept up to date while the component is there. Rendered anew with every change; whoever
 * draws by itself takes `useSessionStore` and subscribes.
 */
export function useLiveSessions(tenant: string): SessionStore {
  const store = useSessionStore(tenant);
  useSyncExternalStore(
    store.subscribe,
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
