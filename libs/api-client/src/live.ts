import { createClient } from 'graphql-ws';
import { type ApiProblem, ApiUnreachable, toProblem } from './problem.ts';
import { DOCUMENTS, type Subscriptions } from './subscriptions.ts';

/** The other end is asked so often whether it is there, and has as long to answer. */
const KEEP_ALIVE_MS = 10_000;
const MAX_PAUSE_MS = 30_000;

export interface LiveClientOptions {
  /** Where the control plane is, as `http://127.0.0.1:8080`; '' in a browser: the page's own origin. */
  baseUrl: string;
  /** Left out in a browser, whose cookie says who asks. */
  apiKey?: string;
  /** Told when the connection is there, and when it is lost: it is tried again until it is there. */
  onConnection?: (isThere: boolean) => void;
  /** By which it is told; left out: the platform's own. */
  webSocket?: typeof WebSocket;
}

export interface Watcher<Value> {
  /** null: what is watched is no more. */
  onValue: (value: Value | null) => void;
  /** It is over, and not because the watcher ended it: refused ({@link ApiProblem}), or without a server. */
  onEnd: (error: ApiProblem | ApiUnreachable) => void;
}

export interface LiveClient {
  /** What is told after a connection was lost begins as it began at first. @returns ends it */
  watch<Name extends keyof Subscriptions>(
    name: Name,
    given: Subscriptions[Name]['arguments'],
    watcher: Watcher<Subscriptions[Name]['answer']>,
  ): () => void;
  /** Ends everything; nobody is told. */
  close(): void;
}

/** Subscriptions of the control plane, over one WebSocket that is there while something is watched. */
export function createLiveClient({
  baseUrl,
  apiKey,
  onConnection,
  webSocket,
}: LiveClientOptions): LiveClient {
  let deadline: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const client = createClient({
    url: () => socketUrl(baseUrl),
    connectionParams: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: (retries) => pause(Math.min(MAX_PAUSE_MS, 500 * 2 ** retries) * (0.5 + Math.random() / 2)),
    keepAlive: KEEP_ALIVE_MS,
    webSocketImpl: webSocket,
    on: {
      connected: () => onConnection?.(true),
      closed: () => {
        clearTimeout(deadline);
        onConnection?.(false);
      },
      // A connection that broke without a word shows by its silence alone.
      ping: (received) => {
        if (!received) deadline = setTimeout(() => client.terminate(), KEEP_ALIVE_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(deadline);
      },
    },
  });
  return {
    watch: (name, given, { onValue, onEnd }) => {
      type Answer = Subscriptions[typeof name]['answer'];
      const payload = { query: DOCUMENTS[name], variables: { ...given } };
      let isEnded = false;
      const end = (error: ApiProblem | ApiUnreachable) => {
        if (!isEnded && !isClosed) onEnd(error);
        isEnded = true;
      };
      const stop = client.subscribe<Record<string, Answer | null>>(payload, {
        next: ({ data, errors }) => (errors ? end(toError(errors)) : onValue(data?.[name] ?? null)),
        error: (error) => end(toError(error)),
        complete: () => end(new ApiUnreachable('The server has ended it')),
      });
      return () => {
        isEnded = true;
        stop();
      };
    },
    close: () => {
      isClosed = true;
      void client.dispose();
    },
  };
}

function socketUrl(baseUrl: string): string {
  const { location } = globalThis as { location?: { origin: string } };
  const url = new URL('/graphql', baseUrl === '' ? location?.origin : baseUrl);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Codes of closed sockets that tell who asks, or what, is not welcome. */
const REFUSALS: Record<number, number> = { 4_401: 401, 4_403: 403, 4_429: 429 };

/** Of GraphQL's errors, or of the socket's close. */
function toError(error: unknown): ApiProblem | ApiUnreachable {
  if (Array.isArray(error)) {
    const [{ message, extensions }] = error as { message: string; extensions?: { status?: number } }[];
    return toProblem(extensions?.status ?? 400, { detail: message, ...extensions });
  }
  const { code, reason } = error as { code?: number; reason?: string };
  const status = code === undefined ? undefined : REFUSALS[code];
  if (status === undefined) return new ApiUnreachable('The connection was closed', { cause: error });
  return toProblem(status, { detail: reason, code: status === 401 ? 'not-authenticated' : undefined });
}
