import type { Namespace } from '../../namespace.ts';
import type { AbsentFilter, SessionPosition, Store } from '../../ports.ts';
import type { Session } from '../../sessions/session.ts';
import { firstOf } from './first-of.ts';
import type { Page, SessionQuery, SessionSummary } from '../inspection.ts';
import { pageOf } from './page-of.ts';
import { decodeToken, encodeToken } from './page-token.ts';
import { byCodePoint } from './subscription-order.ts';
import { kept, summarize, summarizeStored } from './session-summary.ts';

/** Of pages from the store, for one page of the list. */
const MAX_READS = 5;

type Compare = (a: SessionPosition, b: SessionPosition) => number;

/** A session with its place in the list: by its depth as the store knows it, of which the summary may show less. */
interface Placed extends SessionPosition {
  summary: SessionSummary;
}

interface Absent {
  sessions: Placed[];
  /** No session after it was looked at; null: all were. */
  until: SessionPosition | null;
}

/** Sessions wherever they are: those in memory are known exactly, absent ones are asked of the store. */
export async function listSessions(
  namespace: Namespace,
  query: SessionQuery,
  store: Pick<Store, 'listOfflineSessions'>,
): Promise<Page<SessionSummary>> {
  const compare = query.sort === 'queuedMessages' ? deepestFirst : byClientId;
  const after = query.after === undefined ? undefined : decodePosition(query.after);
  const isOnlineOnly = query.state === 'online';
  const inMemoryBefore = isOnlineOnly ? [] : listInMemory(namespace, query, { compare, after });
  const absent = isOnlineOnly
    ? { sessions: [], until: null }
    : await listAbsent(namespace, query, { store, compare, after });
  const inMemory = listInMemory(namespace, query, { compare, after });
  const listed = new Set([...inMemory, ...absent.sessions].map(({ clientId }) => clientId));
  // One that left memory while the store was read may have come there too late for it.
  const left = inMemoryBefore.filter(
    ({ clientId, summary }) => summary.state === 'offline' && !listed.has(clientId),
  );
  const found = [...inMemory, ...absent.sessions, ...left];
  const { items, next } = pageOf(found, { until: absent.until, limit: query.limit, compare });
  return { items, next: next && encodePosition(next) };
}

/** One more than a page holds, so that the end is known. */
function listInMemory(
  namespace: Namespace,
  query: SessionQuery,
  { compare, after }: { compare: Compare; after: SessionPosition | undefined },
): Placed[] {
  const isByDepth = query.sort === 'queuedMessages';
  const q = query.q?.toLowerCase();
  const wanted = [...namespace.sessions.values()]
    .filter((session) => isWanted(session, query, q))
    .map((session) => {
      const queuedMessages = isByDepth ? kept(session.policy, session).queuedMessages : 0;
      return { clientId: session.clientId, queuedMessages, session };
    })
    .filter((position) => after === undefined || compare(after, position) < 0);
  return firstOf(wanted, query.limit + 1, compare).map(({ session, ...position }) => ({
    ...position,
    summary: summarize(session),
  }));
}

function isWanted(session: Session, query: SessionQuery, q: string | undefined): boolean {
  const { state, username, absentBefore, absentAfter, orphans } = query;
  // Nobody who is, or was just now, in memory.
  if (orphans) return false;
  const isOnline = session.connection !== null;
  if (state !== undefined && (state === 'online') !== isOnline) return false;
  if (username !== undefined && session.username !== username) return false;
  if (absentBefore !== undefined && (session.disconnectedAt ?? Infinity) >= absentBefore) return false;
  if (absentAfter !== undefined && (session.disconnectedAt ?? -Infinity) < absentAfter) return false;
  return q === undefined || session.clientId.toLowerCase().includes(q);
}

/** Those that are (back) in memory leave their place to others. */
async function listAbsent(
  namespace: Namespace,
  query: SessionQuery,
  options: {
    store: Pick<Store, 'listOfflineSessions'>;
    compare: Compare;
    after: SessionPosition | undefined;
  },
): Promise<Absent> {
  const { sort, limit } = query;
  const { tenantId, engine } = namespace;
  const atATime = limit + 1;
  const sessions: Placed[] = [];
  let until: SessionPosition | null = options.after ?? null;
  for (let read = 0; read < MAX_READS && sessions.length <= limit; read++) {
    const wanted = { ...absentFilterOf(query), sort, limit: atATime, after: until ?? undefined };
    const page = await options.store.listOfflineSessions(tenantId, wanted);
    for (const stored of page.sessions) {
      const { clientId, username } = stored;
      const position = { clientId, queuedMessages: stored.rank };
      until = position;
      if (namespace.sessions.has(clientId)) continue;
      const policy = await engine.authenticator.policyOf(tenantId, username);
      sessions.push({ ...position, summary: summarizeStored(stored, policy) });
    }
    if (page.sessions.length === atATime) continue;
    return { sessions, until: page.lookedAt };
  }
  return { sessions, until };
}

function absentFilterOf({ q, username, absentBefore, absentAfter, orphans }: SessionQuery): AbsentFilter {
  return { q, username, absentBefore, absentAfter, orphans };
}

function byClientId(a: SessionPosition, b: SessionPosition): number {
  return byCodePoint(a.clientId, b.clientId);
}

export function deepestFirst(a: SessionPosition, b: SessionPosition): number {
  return b.queuedMessages - a.queuedMessages || byClientId(a, b);
}

function encodePosition({ queuedMessages, clientId }: SessionPosition): string {
  return encodeToken([queuedMessages, clientId]);
}

/** @returns undefined for anything that `encodePosition` did not make: the list begins at its start */
function decodePosition(token: string): SessionPosition | undefined {
  const [queuedMessages, clientId] = decodeToken(token);
  if (!Number.isSafeInteger(queuedMessages) || typeof clientId !== 'string') return undefined;
  return { queuedMessages: queuedMessages as number, clientId };
}
