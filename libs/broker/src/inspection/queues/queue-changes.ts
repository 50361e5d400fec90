import { matches } from '@restante/mqtt-codec';
import { settleUnsent } from '../../sessions/settling.ts';
import { drop } from '../../sessions/drops.ts';
import type { PageReader } from '../../logs/page-reader.ts';
import type { LogPosition } from '../../sessions/inflight.ts';
import type { Session } from '../../sessions/session.ts';
import type { Delivery } from '../../sessions/transient-queue.ts';
import { positionsOf, QueueWalk } from './queue-view.ts';

/** Messages that one purge looks at; whoever wants more asks again. */
const MAX_LOOKED_AT = 100_000;
/** Pieces that the rest of a queue may be in: a cursor is written with all of them. */
export const MAX_PIECES = 10_000;

/** Drops all that waits. What is in flight stays. @returns how many messages */
export function purgeAll(session: Session): number {
  const before = session.queuedMessages;
  for (const cursor of session.cursors.values()) cursor.skip(cursor.end, 'purged');
  dropDeliveries(
    session,
    session.queue.removeWhere(() => true),
  );
  return before - session.queuedMessages;
}

/** Drops what waits and is matched, as far as that can be done in one go. */
export async function purgeMatching(
  session: Session,
  topicFilter: string,
  pages: PageReader,
): Promise<{ purgedMessages: number; isComplete: boolean }> {
  const removed = session.queue.removeWhere(({ message }) => matches(topicFilter, message.topic));
  dropDeliveries(session, removed);
  let purgedMessages = removed.length;
  const walk = new QueueWalk(session, pages);
  for (let looked = 0; looked < MAX_LOOKED_AT; looked++) {
    const found = await walk.next();
    if (found === null) return { purgedMessages, isComplete: true };
    const { message, positions } = found;
    if (!matches(topicFilter, message.topic) || !positions.every(isUnsent)) continue;
    if (positions.some(({ cursor }) => cursor.done.pieces > MAX_PIECES)) break;
    drop(session, 'purged', message, positions);
    settleUnsent(session, message, positions);
    purgedMessages++;
  }
  return { purgedMessages, isComplete: false };
}

/** Drops one message that waits. @returns false: there is none of that identifier (any more) */
export async function dropOne(session: Session, id: string, pages: PageReader): Promise<boolean> {
  const removed = session.queue.removeWhere(({ message }) => `t${message.order}` === id);
  dropDeliveries(session, removed);
  if (removed.length > 0) return true;
  const positions = positionsOf(session, id);
  if (positions === null) return false;
  const [message] = (await pages.fetch(positions.slice(0, 1))).values();
  // It was sent, or is expired and gone, while it was read.
  if (message === undefined || !positions.every(isUnsent)) return false;
  drop(session, 'purged', message, positions);
  settleUnsent(session, message, positions);
  return true;
}

function dropDeliveries(session: Session, deliveries: Delivery[]): void {
  for (const { message } of deliveries) drop(session, 'purged', message);
}

/** Of a session that is online, the cursor may have moved on meanwhile. */
export function isUnsent({ cursor, sequence }: LogPosition): boolean {
  return sequence >= cursor.next && cursor.nextWanted(sequence) === sequence;
}
