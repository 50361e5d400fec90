import { answer, type ApiProblem } from '@restante/api-client';
import { api, GREATEST_PAGE } from '@/api/client.ts';
import { toLiveSession } from './live-session.ts';
import type { SessionStore } from './session-store.ts';
import { sleep } from './waiting.ts';

/** Of more sessions than these the rest is not watched. */
const MOST_SESSIONS = 100_000;
const AGAIN_MS = 1_000;

/**
 * Reads all sessions once, page by page. Who watches them is told absent ones little by little, so as not to keep the
 * server busy; whoever has just come wants to see them now. What is known already is newer, and stays.
 */
export async function fill(tenant: string, store: SessionStore, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  while (!signal.aborted && !store.isComplete) {
    try {
      const params = { path: { tenant }, query: { limit: GREATEST_PAGE, after } };
      const { items, next } = await answer(api.GET('/api/v1/tenants/{tenant}/sessions', { params, signal }));
      // All were told meanwhile, and who is not among them is gone.
      if (store.isComplete) return;
      store.apply(items.filter(({ clientId }) => store.slotOf(clientId) === undefined).map(toLiveSession));
      if (next === null) return store.complete();
      after = next;
      if (store.size >= MOST_SESSIONS) return;
    } catch (error) {
      // The subscription tells why, and of a refusal too.
      if (signal.aborted || isRefusal(error as Error)) return;
      await sleep(AGAIN_MS, signal);
    }
  }
}

function isRefusal(error: Error): boolean {
  const { status } = error as Partial<ApiProblem>;
  return status !== undefined && status >= 400 && status < 500 && status !== 429;
}
