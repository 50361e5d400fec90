import { answer, ApiProblem } from '@restante/api-client';
import { reportConnection } from '@/api/broken-connections.ts';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { LIVE_MS } from '@/api/polling.ts';
import { goToLogin } from '@/people/login-address.ts';
import { toLiveSession } from './live-session.ts';
import { type SessionStore } from './session-store.ts';
import { sleep, whenVisible } from './waiting.ts';

/** Of more sessions than these the rest is not watched. */
const MOST_SESSIONS = 100_000;

/** After a page the server has twice as long for others as the page took. */
const SHARE = 2;

/** Reads all sessions of a tenant into the store, page by page, over and over, until it is told to stop. */
export async function pollSessions(tenant: string, store: SessionStore, signal: AbortSignal): Promise<void> {
  signal.addEventListener('abort', () => reportConnection(store, null), { once: true });
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await sweep(tenant, store, signal);
      reportConnection(store, null);
    } catch (error) {
      if (signal.aborted || isFinal(error as Error, store)) return;
      reportConnection(store, (error as Error).message);
    }
    await sleep(Math.max(LIVE_MS / 4, LIVE_MS - (performance.now() - startedAt)), signal);
    await whenVisible(signal);
  }
}

async function sweep(tenant: string, store: SessionStore, signal: AbortSignal): Promise<void> {
  const met = new Set<string>();
  let after: string | undefined;
  do {
    const startedAt = performance.now();
    const params = { path: { tenant }, query: { limit: GREATEST_PAGE, after } };
    const page = await answer(api.GET('/api/v1/tenants/{tenant}/sessions', { params, signal }));
    for (const { clientId } of page.items) met.add(clientId);
    store.apply(page.items.map(toLiveSession));
    after = page.next ?? undefined;
    // The first time everybody waits for it.
    if (store.isComplete && after !== undefined) await sleep(SHARE * (performance.now() - startedAt), signal);
  } while (after !== undefined && met.size < MOST_SESSIONS && !signal.aborted);
  if (signal.aborted) return;
  const gone = store.all().filter(({ clientId }) => !met.has(clientId));
  store.apply(
    [],
    gone.map(({ clientId }) => clientId),
  );
  const isTruncated = after !== undefined;
  if (!store.isComplete || store.isTruncated !== isTruncated || store.refusal !== null)
    store.note({ isComplete: true, isTruncated, refusal: null });
}

/** A refusal that asking again does not change. */
function isFinal(error: Error, store: SessionStore): boolean {
  if (!(error instanceof ApiProblem) || error.status >= 500 || error.status === 429) return false;
  if (error.code === 'not-authenticated') goToLogin();
  else store.note({ refusal: error });
  return true;
}
