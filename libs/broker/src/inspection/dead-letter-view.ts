import { matches } from '@restante/mqtt-codec';
import type { DeadLetterFilter, DeadLetterQuery, StoredDeadLetter } from '../dead-letters/dead-letter.ts';
import { copyForSession, type Publication } from '../message.ts';
import type { Namespace } from '../namespace.ts';
import type { Store } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type {
  DeadLetterListQuery,
  DeadLettersDeleted,
  Page,
  RequeueOutcome,
  RequeueRequest,
} from './inspection.ts';
import { upToDate } from './ledger-view.ts';
import { decodeToken, encodeToken } from './lists/page-token.ts';

const READ_AT_ONCE = 500;
/** With all of their payloads. */
const READ_WHOLE = 50;
/** A tenant's dead letters are no more than these. */
const MAX_LOOKED_AT = 20_000;
const MAX_REQUEUED = 1_000;
const MAX_REQUEUED_BYTES = 16 * 1024 * 1024;

/** No client identifier holds U+0000: nobody else waits in this line. */
const LINE = '\0dead letters';

export async function listDeadLetters(
  namespace: Namespace,
  { topicFilter, limit, after, ...query }: DeadLetterListQuery,
  store: Store,
): Promise<Page<StoredDeadLetter>> {
  const { tenantId } = namespace;
  await upToDate(namespace);
  const before = after === undefined ? undefined : positionOf(after);
  const items: StoredDeadLetter[] = [];
  for await (const letter of walk(tenantId, { ...query, before, limit: READ_AT_ONCE }, topicFilter, store)) {
    if (items.length === limit) return { items, next: encodeToken([items.at(-1)!.id]) };
    items.push(letter);
  }
  return { items, next: null };
}

/** The newest first; those of a topic filter, where one is given. */
async function* walk(
  tenantId: number,
  query: DeadLetterQuery,
  topicFilter: string | undefined,
  store: Store,
): AsyncGenerator<StoredDeadLetter> {
  let { before } = query;
  for (let looked = 0; looked < MAX_LOOKED_AT; looked += query.limit) {
    const page = await store.listDeadLetters(tenantId, { ...query, before });
    for (const letter of page)
      if (topicFilter === undefined || matches(topicFilter, letter.topic)) yield letter;
    if (page.length < query.limit) return;
    before = page.at(-1)!.id;
  }
}

/** @returns undefined for anything that is no place in the list: it begins at its start */
function positionOf(token: string): number | undefined {
  const [position] = decodeToken(token);
  return Number.isSafeInteger(position) ? (position as number) : undefined;
}

export async function getDeadLetter(
  { tenantId }: Namespace,
  id: string,
  store: Store,
): Promise<StoredDeadLetter | undefined> {
  const number = numberOf(id);
  return number === null ? undefined : (await store.readDeadLetters(tenantId, [number]))[0];
}

function numberOf(id: string): number | null {
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}

export async function deleteDeadLetter(namespace: Namespace, id: string, store: Store): Promise<boolean> {
  return inLine(namespace, async () => {
    const letter = await getDeadLetter(namespace, id, store);
    if (letter === undefined) return false;
    namespace.engine.journal.deleteDeadLetter(namespace.tenantId, letter.id);
    return true;
  });
}

export async function deleteDeadLetters(
  namespace: Namespace,
  { topicFilter, ...filter }: DeadLetterFilter & { topicFilter?: string | undefined },
  store: Store,
): Promise<DeadLettersDeleted> {
  return inLine(namespace, async () => {
    const { tenantId, engine } = namespace;
    const query = { ...filter, limit: READ_AT_ONCE, payloadBytes: 0 };
    let deletedMessages = 0;
    for await (const { id } of walk(tenantId, query, topicFilter, store)) {
      engine.journal.deleteDeadLetter(tenantId, id);
      deletedMessages++;
    }
    return { deletedMessages };
  });
}

/** One after the other, each finds what the one before has committed: no message is queued twice. */
function inLine<Result>(namespace: Namespace, task: () => Promise<Result>): Promise<Result> {
  const { journal } = namespace.engine;
  return namespace.exclusively(LINE, async () => {
    await upToDate(namespace);
    const result = await task();
    await journal.committed();
    return result;
  });
}

/**
 * Queues dead letters again, oldest first, each in the own log of the session that lost it, or of another one. They cease
 * to be dead letters in the same batch: a crash finds each of them in one of the two places.
 */
export async function requeue(
  namespace: Namespace,
  request: RequeueRequest,
  { store, find }: { store: Store; find: (clientId: string) => Promise<Session | undefined> },
): Promise<RequeueOutcome> {
  return inLine(namespace, async () => {
    const outcome: RequeueOutcome = { messages: 0, bytes: 0, left: [], isComplete: true };
    const { letters, isComplete } = await choose(namespace, request, store);
    outcome.isComplete = isComplete;
    const byTarget = Map.groupBy(letters, ({ clientId }) => request.to ?? clientId);
    for (const [clientId, group] of byTarget) {
      const problem = await namespace.exclusively(clientId, async () => {
        const session = await find(clientId);
        return session === undefined ? 'no-session' : queueAgain(session, group);
      });
      if (problem !== null) outcome.left.push({ clientId, messages: group.length, problem });
      else {
        outcome.messages += group.length;
        outcome.bytes += group.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
      }
    }
    return outcome;
  });
}

/** Whole, the oldest first, as many as are queued in one go. */
async function choose(
  { tenantId }: Namespace,
  { ids, topicFilter, clientId, reason }: RequeueRequest,
  store: Store,
): Promise<{ letters: StoredDeadLetter[]; isComplete: boolean }> {
  let wanted: number[];
  if (ids !== undefined) {
    wanted = ids.flatMap((id) => numberOf(id) ?? []);
  } else {
    wanted = [];
    const query = { clientId, reason, limit: READ_AT_ONCE, payloadBytes: 0 };
    for await (const { id } of walk(tenantId, query, topicFilter, store)) wanted.push(id);
  }
  const oldest = wanted.toSorted((a, b) => a - b).slice(0, MAX_REQUEUED);
  const letters: StoredDeadLetter[] = [];
  let bytes = 0;
  let at = 0;
  for (; at < oldest.length && bytes < MAX_REQUEUED_BYTES; at += READ_WHOLE) {
    const piece = await store.readDeadLetters(tenantId, oldest.slice(at, at + READ_WHOLE));
    letters.push(...piece);
    bytes += piece.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
  }
  return { letters, isComplete: at >= wanted.length };
}

/** All of it or, where it does not fit, nothing. @returns why not; null: it is queued */
function queueAgain(session: Session, letters: StoredDeadLetter[]): 'not-durable' | 'too-much' | null {
  if (!session.isDurable) return 'not-durable';
  const { namespace, policy } = session;
  const { journal, now } = namespace.engine;
  const bytes = letters.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
  const isTooMuch =
    session.queuedMessages + letters.length > policy.maxQueuedMessages ||
    session.queuedBytes + bytes > policy.maxQueuedBytes;
  if (isTooMuch) return 'too-much';
  namespace.appendOwn(
    session,
    letters.map((letter) => toPublication(letter, now())),
  );
  for (const { id } of letters) journal.deleteDeadLetter(namespace.tenantId, id);
  return null;
}

/** Whoever queues it again wants it to arrive, though its time is over. */
function toPublication(letter: StoredDeadLetter, now: number): Publication {
  const { qos, expiresAt } = letter;
  const retain = letter.topicFilter === null && letter.retain;
  return { ...copyForSession(letter, { qos, retain }), expiresAt: expiresAt <= now ? 0 : expiresAt };
}
