'use client';

import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { LiveSession } from './live-session.ts';
import type { SessionStore } from './session-store.ts';
import { reads, storeOf } from './watch.ts';

/** News come in pieces, fifty at once from a great tenant: what they change is rendered together. */
const RENDER_MS = 200;

/**
 * The sessions of a tenant, kept up to date while the component is there. Rendered anew when who is there changes, or
 * how many of them are online; whoever shows more of a session subscribes to it: {@link useLiveSession}.
 */
export function useLiveSessions(tenant: string): SessionStore {
  const store = useSessionStore(tenant);
  const subscribe = useSeldom(store);
  useSyncExternalStore(
    subscribe,
    () => store.whole,
    () => 0,
  );
  return store;
}

/** Renders anew whenever anything of any session has changed. */
export function useEveryChange(store: SessionStore): void {
  const subscribe = useSeldom(store);
  useSyncExternalStore(
    subscribe,
    () => store.version,
    () => 0,
  );
}

/** The store without rendering anew. */
export function useSessionStore(tenant: string): SessionStore {
  useEffect(() => reads(tenant), [tenant]);
  return storeOf(tenant);
}

/** One session as it is now. @returns undefined when it is no more */
export function useLiveSession(store: SessionStore, clientId: string): LiveSession | undefined {
  const read = () => store.get(clientId);
  return useSyncExternalStore(store.subscribe, read, read);
}

function useSeldom(store: SessionStore) {
  return useCallback((listener: () => void) => subscribeSeldom(store, listener), [store]);
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
