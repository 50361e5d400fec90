import type { Namespace } from '../namespace.ts';
import type { Store, StoredCounts } from '../ports.ts';
import { firstOf } from './lists/first-of.ts';
import type { TenantCounts, TenantOverview } from './inspection.ts';
import { deepestFirst } from './lists/session-list.ts';
import { kept } from './lists/session-summary.ts';

const TOP_QUEUES = 10;

export async function overviewOf(
  namespace: Namespace,
  store: Pick<Store, 'totals'>,
): Promise<TenantOverview> {
  const { sessions, retained, counters, tenantId } = namespace;
  const { topQueues, ...stored } = await store.totals(tenantId);
  const { messagesInPerSecond, messagesOutPerSecond } = counters.rates();
  const absent = topQueues
    .filter(({ clientId }) => !sessions.has(clientId))
    .map((queue) => ({ ...queue, state: 'offline' as const }));
  const inMemory = [...sessions.values()]
    .filter(({ queuedMessages }) => queuedMessages > 0)
    .map((session) => ({
      clientId: session.clientId,
      ...kept(session.policy, session),
      state: session.connection === null ? ('offline' as const) : ('online' as const),
    }));
  return {
    ...withOnline(namespace, stored),
    retainedMessages: retained.count,
    retainedBytes: retained.bytes,
    messagesInPerSecond,
    messagesOutPerSecond,
    topQueues: firstOf([...absent, ...inMemory], TOP_QUEUES, deepestFirst),
  };
}

/** What the store knows of the absent, together with those that are online. */
export function withOnline({ sessions }: Namespace, stored: StoredCounts): TenantCounts {
  const counts = { onlineSessions: 0, ...stored };
  for (const session of sessions.values()) {
    if (session.connection === null) continue;
    const { queuedMessages, queuedBytes } = kept(session.policy, session);
    counts.onlineSessions++;
    counts.queuedMessages += queuedMessages;
    counts.queuedBytes += queuedBytes;
  }
  return counts;
}
