import type { LiveSession } from '@/live/live-session.ts';
import { isAbsenceWanted, isWanted, type SessionFilter, type Sort } from './session-filter.ts';

/** By what a session is ordered: texts and numbers, an absent one last in either direction. */
const KEYS: Record<Exclude<Sort, 'clientId'>, (session: LiveSession) => string | number | null> = {
  state: ({ state }) => (state === 'online' ? 0 : 1),
  username: ({ username }) => username,
  // How long ago: the longest is the greatest.
  since: ({ connectedAt, disconnectedAt }) => -(connectedAt ?? disconnectedAt ?? 0),
  expires: ({ expiresAt }) => expiresAt,
  queuedMessages: ({ queuedMessages }) => queuedMessages,
  inflightMessages: ({ inflightMessages }) => inflightMessages,
  droppedMessages: ({ droppedMessages }) => droppedMessages,
};

/** Client identifiers of the sessions that are wanted, in their order; sessions that are alike by name. */
export function orderOf(sessions: LiveSession[], filter: SessionFilter, now: number): string[] {
  const wanted = sessions.filter((session) => isWanted(session, filter, now));
  wanted.sort(byName);
  const { sort, isDescending } = filter;
  if (sort === 'clientId') {
    if (isDescending) wanted.reverse();
    return wanted.map(({ clientId }) => clientId);
  }
  const key = KEYS[sort];
  const sign = isDescending ? -1 : 1;
  const keyed = wanted.map((session) => ({ clientId: session.clientId, key: key(session) }));
  keyed.sort((a, b) => compare(a.key, b.key, sign));
  return keyed.map(({ clientId }) => clientId);
}

function byName(a: LiveSession, b: LiveSession): number {
  return a.clientId < b.clientId ? -1 : a.clientId > b.clientId ? 1 : 0;
}

function compare(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
}

/** Whether the order or the filter looks at what changes while one looks. */
export function isLively({ state, isSuspect, sort, ...filter }: SessionFilter): boolean {
  const asksForState = state !== undefined || isSuspect !== undefined || isAbsenceWanted(filter);
  return asksForState || (sort !== 'clientId' && sort !== 'username');
}
