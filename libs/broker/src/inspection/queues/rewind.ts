import type { Cursor } from '../../logs/cursor.ts';
import type { PageReader } from '../../logs/page-reader.ts';
import type { StoredEntry } from '../../ports.ts';
import type { Session } from '../../sessions/session.ts';
import type { RewindOutcome, RewindRequest } from '../inspection.ts';
import { inflightOf, NOTHING_IN_FLIGHT } from './queue-view.ts';

const NOTHING = { messages: 0, bytes: 0, from: null, isComplete: true };

/** A cursor of the session, and the first entry that it is to be moved back to. */
interface Step {
  cursor: Cursor;
  entry: StoredEntry;
  /** The messages that are sent again then, and their bytes. */
  messages: number;
  bytes: number;
}

/**
 * Moves the session's cursors back to what was accepted first at or after a time, no further than its subscriptions
 * began and its policy's retention reaches. What is in flight stays; shared groups' queues and the session's own log,
 * which are not kept, stay where they are.
 */
export async function rewind(session: Session, { to, isDryRun }: RewindRequest): Promise<RewindOutcome> {
  const { policy, namespace } = session;
  const { engine } = namespace;
  if (policy.retentionSeconds === 0) return { kind: 'nothing-kept', ...NOTHING };
  const time = Math.max(to, engine.now() - policy.retentionSeconds * 1_000);
  // Of a session whose policy has changed since it was here.
  namespace.logs.keepPast(session);
  // Everything up to the heads of the logs can be read from the store then, or was never written.
  await engine.journal.committed();
  const followed = [...session.cursors.values()].filter(({ subscription }) => subscription !== null);
  const searches = await Promise.all(followed.map((cursor) => search(cursor, time, to, engine.pages)));

  // From here on nothing is waited for: the cursors stay where they are counted.
  const inflight = inflightOf(session);
  const steps = searches.flatMap(({ cursor, entry }): Step[] => {
    const isGone = session.cursors.get(cursor.log.id) !== cursor || cursor.subscription === null;
    if (entry === null || isGone) return [];
    const step = { cursor, entry, ...cursor.passedSince(entry, inflight.get(cursor) ?? NOTHING_IN_FLIGHT) };
    return step.messages === 0 ? [] : [step];
  });
  const told = {
    messages: steps.reduce((sum, step) => sum + step.messages, 0),
    bytes: steps.reduce((sum, step) => sum + step.bytes, 0),
    from: steps.length === 0 ? null : Math.min(...steps.map(({ entry }) => entry.message.publishedAt)),
    isComplete: searches.every(({ isComplete }) => isComplete),
  };
  if (!fits(session, told)) return { kind: 'too-much', ...told };
  if (isDryRun || session.isEnded) return { kind: 'rewound', ...told };
  for (const { cursor, entry } of steps) {
    namespace.receipts.movedBack(session, cursor, entry.sequence);
    cursor.moveBack(entry, inflight.get(cursor) ?? NOTHING_IN_FLIGHT);
  }
  namespace.guards.grew(session);
  engine.journal.touch(session);
  session.wake();
  return { kind: 'rewound', ...told };
}

/** A queue that is over its limit would be cut again at once. */
function fits(session: Session, { messages, bytes }: { messages: number; bytes: number }): boolean {
  const { maxQueuedMessages, maxQueuedBytes } = session.policy;
  return (
    messages === 0 ||
    (session.queuedMessages + messages <= maxQueuedMessages && session.queuedBytes + bytes <= maxQueuedBytes)
  );
}

/** The first entry at or after a time that the cursor has passed; null: there is none. */
async function search(
  cursor: Cursor,
  time: number,
  asked: number,
  pages: PageReader,
): Promise<{ cursor: Cursor; entry: StoredEntry | null; isComplete: boolean }> {
  const { log, subscription } = cursor;
  const first = subscription!.since + 1;
  const keptFrom = Math.max(first, log.keptFrom ?? log.head + 1);
  const { entry, isAfterOlder } = await firstSince(log.id, keptFrom, log.head, time, pages);
  // What is not found is older than asked for, or was never for this session.
  const isFromFirst = keptFrom === first && (entry === null ? first > log.head : entry.sequence === first);
  const isComplete =
    isFromFirst || (asked === time && (isAfterOlder || (keptFrom === first && entry === null)));
  return { cursor, entry, isComplete };
}

/**
 * By halving: messages lie in a log in the order in which they were accepted, as far as the clock goes forward.
 * `isAfterOlder`: an entry was seen that is older than asked for.
 */
async function firstSince(
  filterId: number,
  from: number,
  to: number,
  time: number,
  pages: PageReader,
): Promise<{ entry: StoredEntry | null; isAfterOlder: boolean }> {
  let low = from;
  let high = to + 1;
  let entry: StoredEntry | null = null;
  let isAfterOlder = false;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const page = await pages.read({ filterId, from: middle, to: high - 1 });
    if (page.length === 0) {
      high = middle;
      continue;
    }
    const isOlder = (index: number) => page.entryAt(index).message.publishedAt < time;
    if (!isOlder(0)) {
      entry = page.entryAt(0);
      high = middle;
      continue;
    }
    isAfterOlder = true;
    let index = page.length - 1;
    if (!isOlder(index)) {
      while (!isOlder(index - 1)) index--;
      return { entry: page.entryAt(index), isAfterOlder };
    }
    low = page.sequenceAt(index) + 1;
  }
  return { entry, isAfterOlder };
}
