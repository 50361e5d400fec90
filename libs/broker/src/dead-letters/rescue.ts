import { settleInflight } from '../sessions/settling.ts';
import { boundsOf, inflightOf, NOTHING_IN_FLIGHT } from '../inspection/queues/queue-view.ts';
import type { LossReason } from '../ledger/drop.ts';
import { MAX_DEAD_LETTERS } from '../limits.ts';
import type { Cursor } from '../logs/cursor.ts';
import type { PageReader } from '../logs/page-reader.ts';
import type { Message } from '../message.ts';
import { drop } from '../sessions/drops.ts';
import type { Session } from '../sessions/session.ts';

/** Messages that are copied in one go, and their bytes: all of them are in memory until that is committed. */
const PIECE_MESSAGES = 500;
const PIECE_BYTES = 8 * 1024 * 1024;

/** Pieces of one queue at a time: others are to have their turn. */
const MAX_PIECES = 40;

/** What is to go of one log. */
interface Excess {
  cursor: Cursor;
  from: number;
  to: number;
}

/**
 * Brings the queue of a session whose policy keeps what it loses back to its limit: what goes is read first, and dropped
 * with the message in hand, so that its copy is written in the batch that moves the cursor. More than a tenant may keep
 * at all is not read: the newest of it are kept.
 */
export async function rescueOverflow(session: Session): Promise<void> {
  const { policy } = session;
  if (policy.overflow === 'reject-publisher') return;
  await rescue(session, 'queue-full', () => session.queuedMessages - policy.maxQueuedMessages);
}

/**
 * The session has expired: all that waits, and what was sent and not acknowledged, is kept.
 * @returns false: there is more, ask again
 */
export async function rescueAll(session: Session): Promise<boolean> {
  await rescueOverflow(session);
  await readInflight(session);
  for (const inflight of session.inflight.values()) {
    const { message, positions, packetIdentifier } = inflight;
    if (positions.length === 0 || positions.some(({ cursor }) => cursor.owner !== session)) continue;
    drop(session, 'session-expired', message, positions);
    settleInflight(session, inflight);
    session.inflight.delete(packetIdentifier);
  }
  return rescue(session, 'session-expired', () => session.queuedMessages);
}

/** The same in the background, for a session that is online: it goes on meanwhile. */
export function startRescue(session: Session): void {
  if (session.isRescuing) return;
  session.isRescuing = true;
  rescueOverflow(session).then(
    () => {
      session.isRescuing = false;
      session.wake();
    },
    (error: unknown) => {
      session.isRescuing = false;
      const { log } = session.namespace.engine;
      log.warn({ error: (error as Error).message }, 'What a full queue loses could not be copied: it waits');
    },
  );
}

/** @returns false: there is more */
async function rescue(session: Session, reason: LossReason, excessNow: () => number): Promise<boolean> {
  const { journal, pages } = session.namespace.engine;
  for (let piece = 0; piece < MAX_PIECES; piece++) {
    const excess = excessNow();
    if (excess <= 0 || session.isEnded) return true;
    const { connection } = session;
    const beyond = excess - MAX_DEAD_LETTERS;
    if (beyond > 0) dropUnread(session, reason, beyond);
    const left = deepest(session, Math.min(excess, PIECE_MESSAGES), reason);
    if (left === null) return true;
    const found = await read(left, pages);
    // Taken over or gone meanwhile: whoever comes next does this again.
    if (session.isEnded || session.connection !== connection) return true;
    dropRead(session, reason, left.cursor, found);
    journal.touch(session);
    await journal.committed();
  }
  return false;
}

/** The oldest, or under `drop-newest` the last, that would be displaced by what comes after them anyhow. */
function dropUnread(session: Session, reason: LossReason, count: number): void {
  let left = count;
  for (const cursor of [...session.cursors.values()].sort((a, b) => b.depth - a.depth)) {
    if (left <= 0) return;
    left -= isNewest(session, reason) ? cursor.dropNewest(left, reason) : cursor.dropOldest(left, reason);
  }
}

function isNewest({ policy }: Session, reason: LossReason): boolean {
  return reason === 'queue-full' && policy.overflow === 'drop-newest';
}

/** Up to `count` of what waits in the deepest queue; null: nothing waits. */
function deepest(session: Session, count: number, reason: LossReason): Excess | null {
  const inflight = inflightOf(session);
  for (const cursor of [...session.cursors.values()].sort((a, b) => b.depth - a.depth)) {
    const sent = inflight.get(cursor) ?? NOTHING_IN_FLIGHT;
    const waiting = Math.min(count, cursor.depth - sent.size);
    if (waiting <= 0) continue;
    const overflow = isNewest(session, reason) ? 'drop-newest' : 'drop-oldest';
    const { from, to } = boundsOf(cursor, sent, waiting, overflow);
    return overflow === 'drop-newest'
      ? { cursor, from: to + 1, to: cursor.end }
      : { cursor, from: cursor.next, to: from - 1 };
  }
  return null;
}

interface Found {
  messages: Map<number, Message>;
  from: number;
  /** So far was read. */
  to: number;
}

async function read({ cursor, from, to }: Excess, pages: PageReader): Promise<Found> {
  const { log } = cursor;
  const messages = new Map<number, Message>();
  let bytes = 0;
  let sequence = from;
  while (sequence <= to && bytes < PIECE_BYTES) {
    const inMemory = log.entryAt(sequence);
    if (inMemory !== undefined) {
      messages.set(sequence++, inMemory.message);
      bytes += inMemory.message.size;
      continue;
    }
    const page = await pages.read({ filterId: log.id, from: sequence, to: Math.min(to, log.tailStart - 1) });
    for (let index = 0; index < page.length; index++) {
      const { message } = page.entryAt(index);
      messages.set(page.sequenceAt(index), message);
      bytes += message.size;
    }
    sequence = page.coversTo + 1;
  }
  return { messages, from, to: Math.min(to, sequence - 1) };
}

/** As far as the client was not sent them meanwhile. */
function dropRead(session: Session, reason: LossReason, cursor: Cursor, { messages, from, to }: Found): void {
  for (let sequence = from; sequence <= to; sequence++) {
    if (sequence < cursor.next || cursor.nextWanted(sequence) !== sequence) continue;
    if (isInflight(session, cursor, sequence)) continue;
    const message = messages.get(sequence) ?? null;
    // Nothing is there: it was never written, because everybody had it.
    if (message !== null) drop(session, reason, message, [{ cursor, sequence }]);
    cursor.settle(sequence, message?.size ?? 0);
    if (cursor.isFinished) session.namespace.logs.finish(session, cursor);
  }
}

function isInflight(session: Session, cursor: Cursor, sequence: number): boolean {
  for (const { positions } of session.inflight.values())
    if (positions.some((each) => each.cursor === cursor && each.sequence === sequence)) return true;
  return false;
}

/** What was in flight when the session was read from the store, and may have to be kept. */
export async function readInflight(session: Session): Promise<void> {
  const unread = session.inflight
    .values()
    .filter(({ message, positions }) => message === null && positions.length > 0);
  const found = await session.namespace.engine.pages.fetch(unread.flatMap(({ positions }) => positions));
  for (const inflight of unread)
    inflight.message ??= inflight.positions.map((position) => found.get(position)).find(Boolean) ?? null;
}
