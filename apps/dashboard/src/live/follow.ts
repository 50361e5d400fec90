import { type ApiProblem, createLiveClient, type LiveClient, type Subscriptions } from '@restante/api-client';
import { reportConnection } from '@/api/broken-connections.ts';
import { goToLogin } from '@/people/login-address.ts';
import { sleep } from './waiting.ts';

const AGAIN_MS = 2_000;
const BROKEN = 'The connection to the server is broken';

interface Follower<Name extends keyof Subscriptions> {
  onValue: (value: Subscriptions[Name]['answer'] | null) => void;
  /** Nothing is told until the next value. */
  onLost: () => void;
}

const source = {};
let client: LiveClient | undefined;
/** Subscriptions under way: without any the connection is closed, and not broken. */
let watched = 0;

/**
 * What a subscription tells of one thing, until the signal aborts, over one connection for all of them. What is refused
 * is asked for again after a while: a session that was not there may come.
 */
export function follow<Name extends keyof Subscriptions>(
  name: Name,
  given: Subscriptions[Name]['arguments'],
  { onValue, onLost }: Follower<Name>,
  signal: AbortSignal,
): void {
  client ??= createLiveClient({
    baseUrl: '',
    onConnection: (isThere) => reportConnection(source, isThere || watched === 0 ? null : BROKEN),
  });
  const { watch } = client;
  let stop: (() => void) | null = null;
  const leave = () => {
    if (stop === null) return;
    stop();
    stop = null;
    watched -= 1;
    if (watched === 0) reportConnection(source, null);
  };
  const begin = () => {
    watched += 1;
    stop = watch(name, given, {
      onValue: (value) => !signal.aborted && onValue(value),
      onEnd: (error) => {
        leave();
        if (signal.aborted) return;
        onLost();
        if ((error as Partial<ApiProblem>).code === 'not-authenticated') return goToLogin();
        void sleep(AGAIN_MS, signal).then(() => !signal.aborted && begin());
      },
    });
  };
  begin();
  signal.addEventListener('abort', leave);
}
