import { parseSharedFilter } from '@restante/mqtt-codec';
import type { Cursor } from '../logs/cursor.ts';
import type { Namespace } from '../namespace.ts';
import type { Store } from '../ports.ts';
import type { ReceiptPlace, ReceiptRecord, ReceiptState, StoredReceiptSession } from '../receipts/receipt.ts';
import type { Session } from '../sessions/session.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { Receipt, ReceiptLine } from './inspection.ts';
import { upToDate } from './ledger-view.ts';
import { decodeToken, encodeToken } from './lists/page-token.ts';
import { inflightOf } from './queues/queue-view.ts';

/** Of a message that lies in several of a session's logs, what says most comes first. */
const ORDER: readonly ReceiptState[] = ['sent', 'waiting', 'acknowledged', 'expired', 'dropped'];

type What = Pick<ReceiptLine, 'state' | 'reason'>;

/**
 * Where a message stands for each session: absent sessions as the store has them, those in memory as they are there.
 * @throws StoreUnavailableError
 */
export async function viewReceipt(
  namespace: Namespace,
  receiptId: string,
  { limit, after }: { limit: number; after?: string | undefined },
  store: Store,
): Promise<Receipt | undefined> {
  const { tenantId, engine } = namespace;
  if (!/^\d{1,15}$/.test(receiptId)) return undefined;
  await upToDate(namespace);
  const receipt = await store.readReceipt(tenantId, Number(receiptId));
  if (receipt === undefined || receipt.keptUntil <= engine.now()) return undefined;
  // What is known of groups stands under session 0.
  const afterId = after === undefined ? -1 : positionOf(after);
  const near = await store.listReceiptSessions(receipt, afterId, limit + 2);
  // Of what memory shows now, the store knows the reasons once that is committed.
  const inMemory = lookInto(namespace, receipt, near);
  const groups = after === undefined ? lookIntoGroups(namespace, receipt) : [];
  await engine.journal.committed();
  const all = await store.listReceiptSessions(receipt, afterId, limit + 2);
  const sessions = all.filter(({ sessionId }) => sessionId > 0);
  const page = sessions.slice(0, limit);
  const now = waiting(namespace, receipt);
  const lines = page.map((stored) => toLine(stored, inMemory.get(stored.sessionId), now));
  const ofGroups = all.find(({ sessionId }) => sessionId === 0)?.outcomes ?? [];
  const groupLines = groups.map(({ place, seen }) => toGroupLine(place, seen, ofGroups, now));
  const { topic, qos, publishedAt, expiresAt, keptUntil, unnoted } = receipt;
  return {
    ...{ topic, qos, publishedAt, expiresAt, keptUntil, unnoted },
    items: [...groupLines, ...lines],
    next: sessions.length > limit ? encodeToken([page.at(-1)!.sessionId]) : null,
  };
}

/** @returns 0, before every session, for anything that is no place in the list */
function positionOf(token: string): number {
  const [position] = decodeToken(token);
  return Number.isSafeInteger(position) ? Math.max(0, position as number) : 0;
}

/** What a session in memory shows. */
interface Seen {
  /** By log. */
  places: Map<number, { isInflight: boolean; isDone: boolean }>;
  /** A message that it has, or had, in memory alone. What it has lost it has told. */
  given: ReceiptState;
}

function lookInto(
  { sessions }: Namespace,
  receipt: ReceiptRecord,
  page: StoredReceiptSession[],
): Map<number, Seen> {
  const seen = new Map<number, Seen>();
  for (const { sessionId, clientId } of page) {
    const session = clientId === null ? undefined : sessions.get(clientId);
    if (session?.id !== sessionId) continue;
    const inflight = inflightOf(session);
    const places: Seen['places'] = new Map();
    for (const { filterId, sequence } of receipt.places) {
      const cursor = session.cursors.get(filterId);
      if (cursor === undefined) continue;
      const isInflight = inflight.get(cursor)?.has(sequence) ?? false;
      places.set(filterId, { isInflight, isDone: isDone(cursor, sequence) });
    }
    seen.set(sessionId, { places, given: givenState(session, receipt.id) });
  }
  return seen;
}

function isDone({ floor, done }: Cursor, sequence: number): boolean {
  return sequence <= floor || done.has(sequence);
}

function givenState({ queue, inflight }: Session, order: number): ReceiptState {
  if (queue.values().some(({ message }) => message.order === order)) return 'waiting';
  const isSent = inflight.values().some(({ message }) => message?.order === order);
  return isSent ? 'sent' : 'acknowledged';
}

function waiting({ engine }: Namespace, { expiresAt }: ReceiptRecord): What {
  const isExpired = expiresAt !== 0 && expiresAt <= engine.now();
  return isExpired ? { state: 'expired', reason: 'message-expired' } : { state: 'waiting', reason: null };
}

/** @param whileWaiting what is told of it where it waits */
function toLine(stored: StoredReceiptSession, seen: Seen | undefined, whileWaiting: What): ReceiptLine {
  const { clientId, outcomes } = stored;
  const known: What[] = [];
  /** Logs whose cursors are not done with it, whatever was known before they were moved back. */
  const pending = new Set<number>();
  for (const { filterId, ...place } of stored.places) {
    const now = seen?.places.get(filterId) ?? place;
    if (!now.isDone) pending.add(filterId);
    if (now.isInflight) known.push({ state: 'sent', reason: null });
    else if (!now.isDone) known.push(whileWaiting);
    else if (!outcomes.some((each) => each.filterId === filterId && each.state !== 'waiting'))
      known.push({ state: 'acknowledged', reason: null });
  }
  for (const { filterId, state, reason } of outcomes) {
    if (state === 'waiting' || pending.has(filterId)) continue;
    known.push(
      state === 'given' ? { state: seen?.given ?? 'acknowledged', reason: null } : { state, reason },
    );
  }
  return { clientId, sharedFilter: null, ...mostTelling(known) };
}

function mostTelling(known: What[]): What {
  const sorted = known.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return sorted[0] ?? { state: 'acknowledged', reason: null };
}

/** `with`: the member that has it in flight; null: it waits for one. */
interface SeenGroup {
  place: ReceiptPlace;
  seen: 'done' | { with: string | null };
}

/** The shared groups in whose logs the message is: they are always in memory. */
function lookIntoGroups(namespace: Namespace, { places }: ReceiptRecord): SeenGroup[] {
  return places.flatMap((place): SeenGroup[] => {
    const share = parseSharedFilter(place.topicFilter);
    if (share === undefined) return [];
    const group = namespace.tree.get(share.topicFilter)?.groups.get(share.shareName);
    const cursor = group?.cursor ?? null;
    const isOver = group === undefined || cursor?.log.id !== place.filterId;
    if (isOver || isDone(cursor, place.sequence)) return [{ place, seen: 'done' }];
    return [{ place, seen: { with: memberWith(group, cursor, place.sequence) } }];
  });
}

function memberWith(group: SharedGroup, cursor: Cursor, sequence: number): string | null {
  for (const { member } of group.inTurn()) {
    for (const { positions } of member.session.inflight.values())
      if (positions.some((each) => each.cursor === cursor && each.sequence === sequence))
        return member.session.clientId;
  }
  return null;
}

function toGroupLine(
  { filterId, topicFilter }: ReceiptPlace,
  seen: SeenGroup['seen'],
  outcomes: StoredReceiptSession['outcomes'],
  whileWaiting: What,
): ReceiptLine {
  const line = { clientId: null, sharedFilter: topicFilter };
  if (seen !== 'done') {
    if (seen.with === null) return { ...line, ...whileWaiting };
    return { ...line, clientId: seen.with, state: 'sent', reason: null };
  }
  const outcome = outcomes.find((each) => each.filterId === filterId);
  if (outcome === undefined) return { ...line, state: 'acknowledged', reason: null };
  const { clientId, state, reason } = outcome;
  return { ...line, clientId, state: state as ReceiptState, reason };
}
