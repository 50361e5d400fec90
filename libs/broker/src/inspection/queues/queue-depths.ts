import type { Namespace } from '../../namespace.ts';
import type { Store, StoredDepths } from '../../ports.ts';
import { kept } from '../lists/session-summary.ts';

/** Of those that are online as they are now, of the absent as the store knows them. */
export async function queueDepths(
  namespaces: Iterable<Namespace>,
  bounds: readonly number[],
  store: Pick<Store, 'depths'>,
): Promise<StoredDepths> {
  const { sessions, messages } = await store.depths(bounds);
  const depths = { sessions: [...sessions], messages };
  for (const { sessions: inMemory } of namespaces) {
    for (const session of inMemory.values()) {
      if (session.connection === null) continue;
      const { queuedMessages } = kept(session.policy, session);
      const bucket = bounds.findIndex((bound) => queuedMessages <= bound);
      depths.sessions[bucket === -1 ? bounds.length : bucket]++;
      depths.messages += queuedMessages;
    }
  }
  return depths;
}
