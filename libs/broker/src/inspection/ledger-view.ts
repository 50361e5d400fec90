import { StoreUnavailableError } from '../errors.ts';
import type { DropReason } from '../ledger/drop.ts';
import type { DropFilter, DropPosition, StoredDrop } from '../ledger/drop-query.ts';
import type { Namespace } from '../namespace.ts';
import type { Store } from '../ports.ts';
import type { DropSums, LedgerQuery, Page } from './inspection.ts';
import { decodeToken, encodeToken } from './lists/page-token.ts';

const REASONS = 100;
const TOP = 10;

export async function viewLedger(
  namespace: Namespace,
  { after, limit, ...filter }: LedgerQuery,
  store: Store,
): Promise<Page<StoredDrop>> {
  await upToDate(namespace);
  const position = after === undefined ? undefined : decodePosition(after);
  const lines = await store.listDrops(namespace.tenantId, { ...filter, limit: limit + 1, after: position });
  const items = lines.slice(0, limit);
  const last = items.at(-1);
  return { items, next: lines.length > limit && last !== undefined ? encodePosition(last) : null };
}

export async function sumLedger(namespace: Namespace, filter: DropFilter, store: Store): Promise<DropSums> {
  await upToDate(namespace);
  const { tenantId } = namespace;
  const [byReason, byClientId, byTopic] = await Promise.all([
    store.sumDrops(tenantId, filter, 'reason', REASONS),
    store.sumDrops(tenantId, filter, 'clientId', TOP),
    store.sumDrops(tenantId, filter, 'topic', TOP),
  ]);
  return { byReason, byClientId, byTopic };
}

/** What did not reach a client since its session began; what is being written right now is not told yet. */
export async function dropsOf(
  namespace: Namespace,
  clientId: string,
  from: number,
  store: Store,
): Promise<{ reason: DropReason; messages: number }[]> {
  const byReason = namespace.ledger.unwrittenOf(clientId);
  const filter = { clientId, from, kind: 'dropped' as const };
  for (const { value, messages } of await store.sumDrops(namespace.tenantId, filter, 'reason', REASONS)) {
    const reason = value as DropReason;
    byReason.set(reason, (byReason.get(reason) ?? 0) + messages);
  }
  return [...byReason].map(([reason, messages]) => ({ reason, messages }));
}

/** What is in memory only becomes a part of what is read. @throws StoreUnavailableError */
export async function upToDate({ ledger, engine }: Namespace): Promise<void> {
  const { fault } = engine.journal;
  if (fault !== null) throw new StoreUnavailableError(fault.message);
  ledger.flush();
  await engine.journal.committed();
}

function encodePosition({ at, key }: DropPosition): string {
  return encodeToken([at, key]);
}

/** @returns undefined for anything that `encodePosition` did not make: the list begins at its start */
function decodePosition(token: string): DropPosition | undefined {
  const [at, key] = decodeToken(token);
  const isPlace = Number.isSafeInteger(at) && typeof key === 'string' && /^([0-9a-f]{2})*$/.test(key);
  return isPlace && Math.abs(at as number) <= 8.64e15 ? { at: at as number, key } : undefined;
}
