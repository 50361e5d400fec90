import { fill } from './first-fill.ts';
import { followSessions } from './live-source.ts';
import { SessionStore } from './session-store.ts';

const SAMPLE_MS = 2_000;
/** After its last reader has gone, a store is kept up to date for the next page. */
const LINGER_MS = 10_000;

interface Watch {
  store: SessionStore;
  readers: number;
  stop: () => void;
  lingering?: ReturnType<typeof setTimeout>;
}

const watches = new Map<string, Watch>();

/** The store of a tenant, which is kept up to date while somebody {@link reads} it. */
export function storeOf(tenant: string): SessionStore {
  return watchOf(tenant).store;
}

/** @returns ends it */
export function reads(tenant: string): () => void {
  const watch = watchOf(tenant);
  watch.readers += 1;
  clearTimeout(watch.lingering);
  return () => {
    watch.readers -= 1;
    if (watch.readers === 0) watch.lingering = setTimeout(() => end(tenant, watch), LINGER_MS);
  };
}

function watchOf(tenant: string): Watch {
  let watch = watches.get(tenant);
  if (watch === undefined) {
    watch = begin(tenant);
    watches.set(tenant, watch);
  }
  return watch;
}

function begin(tenant: string): Watch {
  const store = new SessionStore();
  // Rendered on the server nothing is watched: nobody would end it.
  if (typeof window === 'undefined') return { store, readers: 0, stop: () => undefined };
  const ending = new AbortController();
  const sampling = setInterval(() => store.takeSample(), SAMPLE_MS);
  followSessions(tenant, store, ending.signal);
  void fill(tenant, store, ending.signal);
  const stop = () => {
    clearInterval(sampling);
    ending.abort();
  };
  return { store, readers: 0, stop };
}

function end(tenant: string, watch: Watch): void {
  watch.stop();
  watches.delete(tenant);
}
