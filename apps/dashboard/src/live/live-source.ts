import {
  type ApiProblem,
  type ApiUnreachable,
  createLiveClient,
  type LiveClient,
  type SessionChanges,
} from '@restante/api-client';
import { reportConnection } from '@/api/broken-connections.ts';
import { goToLogin } from '@/people/login-address.ts';
import { toLiveSession } from './live-session.ts';
import { pacedSocket } from './paced-socket.ts';
import type { SessionStore } from './session-store.ts';
import { sleep } from './waiting.ts';

const AGAIN_MS = 2_000;
const BROKEN = 'The connection to the server is broken';

/** Keeps the store as the server tells it: all sessions in pieces, then what changes, until it is told to stop. */
export function followSessions(tenant: string, store: SessionStore, signal: AbortSignal): void {
  const client = createLiveClient({
    baseUrl: '',
    webSocket: pacedSocket(),
    onConnection: (isThere) => !signal.aborted && reportConnection(store, isThere ? null : BROKEN),
  });
  signal.addEventListener('abort', () => {
    client.close();
    reportConnection(store, null);
  });
  watch(client, tenant, store, signal);
}

function watch(client: LiveClient, tenant: string, store: SessionStore, signal: AbortSignal): void {
  const snapshot = new Snapshot(store);
  client.watch(
    'sessions',
    { tenant },
    {
      onValue: (changes) => changes !== null && !signal.aborted && snapshot.take(changes),
      onEnd: (error) => {
        if (signal.aborted || isFinal(error, store)) return;
        void sleep(AGAIN_MS, signal).then(() => !signal.aborted && watch(client, tenant, store, signal));
      },
    },
  );
}

/** Until all is told, what was known before is left standing; then what was not among it is gone. */
class Snapshot {
  private met: Set<string> | null = null;

  constructor(private readonly store: SessionStore) {}

  take({ isReset, sessions, gone, isComplete, isTruncated }: SessionChanges): void {
    const { store } = this;
    if (isReset) this.met = new Set();
    for (const { clientId } of sessions) this.met?.add(clientId);
    for (const clientId of gone) this.met?.delete(clientId);
    store.apply(sessions.map(toLiveSession), gone);
    if (isComplete && this.met !== null) this.forgetOthers(this.met);
    if (isComplete && !store.isComplete) store.complete();
    if (store.isTruncated !== isTruncated) store.note({ isTruncated });
  }

  private forgetOthers(met: Set<string>): void {
    this.met = null;
    const gone = this.store.all().filter(({ clientId }) => !met.has(clientId));
    this.store.apply(
      [],
      gone.map(({ clientId }) => clientId),
    );
  }
}

/** A refusal that asking again does not change. */
function isFinal(error: ApiProblem | ApiUnreachable, store: SessionStore): boolean {
  if (!('code' in error)) return false;
  if (error.code === 'not-authenticated') goToLogin();
  else store.note({ refusal: error });
  return error.status < 500;
}
