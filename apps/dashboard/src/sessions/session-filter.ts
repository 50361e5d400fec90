import type { LiveSession } from '@/live/live-session.ts';

export const SORTS = [
  'clientId',
  'state',
  'username',
  'since',
  'expires',
  'queuedMessages',
  'inflightMessages',
  'droppedMessages',
] as const;
export type Sort = (typeof SORTS)[number];

/** What the address of the list says. */
export interface SessionFilter {
  state?: 'online' | 'offline';
  /** Part of the client identifier. */
  q?: string;
  username?: string;
  /** Offline for longer than so many seconds. */
  absentSeconds?: number;
  /** Offline since then or later, and since before then: ms since the epoch. */
  absentAfter?: number;
  absentBefore?: number;
  isSuspect?: boolean;
  sort: Sort;
  isDescending: boolean;
}

/** What one wants to see first: the greatest figure, but the first name, and who expires next. */
const DESCENDING_FIRST: readonly Sort[] = ['since', 'queuedMessages', 'inflightMessages', 'droppedMessages'];

export function isDescendingFirst(sort: Sort): boolean {
  return DESCENDING_FIRST.includes(sort);
}

/** What can be taken away to see more. */
export function isFiltered({ state, q, username, isSuspect, ...filter }: SessionFilter): boolean {
  return isAbsenceWanted(filter) || [state, q, username, isSuspect].some((wanted) => wanted !== undefined);
}

type Absence = Pick<SessionFilter, 'absentSeconds' | 'absentAfter' | 'absentBefore'>;

/** Whether it is asked since when a session is offline. */
export function isAbsenceWanted({ absentSeconds, absentAfter, absentBefore }: Absence): boolean {
  return [absentSeconds, absentAfter, absentBefore].some((wanted) => wanted !== undefined);
}

/** `now`: ms since the epoch. */
export function isWanted(session: LiveSession, filter: SessionFilter, now: number): boolean {
  const { state, q, username, isSuspect } = filter;
  if (state !== undefined && session.state !== state) return false;
  if (username !== undefined && session.username !== username) return false;
  if (isAbsenceWanted(filter) && !isAbsent(session, filter, now)) return false;
  if (isSuspect && !session.isOrphanSuspect) return false;
  return q === undefined || session.clientId.toLowerCase().includes(q.toLowerCase());
}

function isAbsent({ state, disconnectedAt }: LiveSession, wanted: Absence, now: number): boolean {
  if (state === 'online' || disconnectedAt === null) return false;
  const { absentSeconds = 0, absentAfter = -Infinity, absentBefore = Infinity } = wanted;
  const isLongEnough = now - disconnectedAt >= absentSeconds * 1_000;
  return isLongEnough && disconnectedAt >= absentAfter && disconnectedAt < absentBefore;
}

export function readFilter(parameters: URLSearchParams): SessionFilter {
  const state = parameters.get('state');
  const sort = SORTS.find((name) => name === parameters.get('sort')) ?? 'clientId';
  const order = parameters.get('order');
  const absent = Number(parameters.get('absent'));
  return {
    state: state === 'online' || state === 'offline' ? state : undefined,
    q: parameters.get('q') || undefined,
    username: parameters.get('username') || undefined,
    absentSeconds: absent > 0 ? absent : undefined,
    absentAfter: readTime(parameters.get('absent-after')),
    absentBefore: readTime(parameters.get('absent-before')),
    isSuspect: parameters.get('suspect') === 'yes' ? true : undefined,
    sort,
    isDescending: order === null ? isDescendingFirst(sort) : order === 'descending',
  };
}

/** @param iso - as one writes it, or a link had it: what is no time is left out */
function readTime(iso: string | null): number | undefined {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** As {@link readFilter} reads it; what is as usual is left out. */
export function writeFilter(filter: SessionFilter): URLSearchParams {
  const { state, q, username, absentSeconds, absentAfter, absentBefore, isSuspect } = filter;
  const { sort, isDescending } = filter;
  const order =
    isDescending === isDescendingFirst(sort) ? undefined : isDescending ? 'descending' : 'ascending';
  const written = {
    state,
    q,
    username,
    absent: absentSeconds?.toString(),
    'absent-after': absentAfter === undefined ? undefined : new Date(absentAfter).toISOString(),
    'absent-before': absentBefore === undefined ? undefined : new Date(absentBefore).toISOString(),
    suspect: isSuspect ? 'yes' : undefined,
    sort: sort === 'clientId' ? undefined : sort,
    order,
  };
  return new URLSearchParams(Object.entries(written).filter(([, value]) => value) as [string, string][]);
}
