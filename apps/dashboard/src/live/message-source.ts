import {
  type ApiProblem,
  createLiveClient,
  type LiveClient,
  type TailedMessages,
} from '@restante/api-client';
import { reportConnection } from '@/api/broken-connections.ts';
import { goToLogin } from '@/people/login-address.ts';
import { sleep } from './waiting.ts';

const AGAIN_MS = 2_000;
const BROKEN = 'The connection to the server is broken';

interface MessageListener {
  onTold: (told: TailedMessages) => void;
  /** Asking again would not change it: the topic filter is none, or nobody here may look. */
  onRefusal: (refusal: Error) => void;
}

/** Tells messages as they are published, until the signal aborts. What comes while the connection is broken is not told. */
export function followMessages(
  tenant: string,
  topicFilter: string,
  listener: MessageListener,
  signal: AbortSignal,
): void {
  const source = {};
  const client = createLiveClient({
    baseUrl: '',
    onConnection: (isThere) => !signal.aborted && reportConnection(source, isThere ? null : BROKEN),
  });
  signal.addEventListener('abort', () => {
    client.close();
    reportConnection(source, null);
  });
  watch(client, tenant, topicFilter, listener, signal);
}

function watch(
  client: LiveClient,
  tenant: string,
  topicFilter: string,
  listener: MessageListener,
  signal: AbortSignal,
): void {
  client.watch(
    'messages',
    { tenant, topicFilter },
    {
      onValue: (told) => told !== null && !signal.aborted && listener.onTold(told),
      onEnd: (error) => {
        if (signal.aborted) return;
        const { code, status } = error as Partial<ApiProblem>;
        if (code === 'not-authenticated') goToLogin();
        else if (status !== undefined && status < 500 && status !== 429) listener.onRefusal(error);
        else
          void sleep(AGAIN_MS, signal).then(
            () => !signal.aborted && watch(client, tenant, topicFilter, listener, signal),
          );
      },
    },
  );
}
