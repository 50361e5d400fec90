import type { Session } from '../sessions/session.ts';

/**
 * Of what came while the session was absent, leaves the newest message of each topic in its queue (policy
 * `keepLastPerTopic`). What is in flight stays, and what came before the policy asked for it.
 */
export async function keepNewest(session: Session): Promise<void> {
  const { connection, policy } = session;
  const { journal, newest } = session.namespace.engine;
  const absences = [...session.cursors.values()].flatMap((cursor) => {
    const { log, next, retireAt } = cursor;
    if (log.newestFrom === null || retireAt !== null) return [];
    return [{ cursor, from: Math.max(next, log.newestFrom), to: log.head, bytesAtEnd: log.totalBytes }];
  });
  const waiting = absences.filter(({ from, to }) => from <= to);
  if (waiting.length === 0) return;
  // What is not committed yet is not known to the store.
  await journal.committed();
  const limit = policy.maxQueuedMessages;
  const found = await Promise.all(
    waiting.map(({ cursor, from }) => newest.get({ filterId: cursor.log.id, from, limit })),
  );
  // Gone meanwhile, or taken over: whoever comes next does this again.
  if (session.connection !== connection) return;
  for (const [index, { cursor, ...absence }] of waiting.entries()) {
    const { messages, total } = found[index];
    cursor.select(absence, messages, total - messages.length);
  }
}
