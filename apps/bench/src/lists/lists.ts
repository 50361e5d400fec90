/** The lists that are asked for, with what is hardest about each. */
import type { Lists } from './viewer.ts';

/** Client identifiers of the absent begin with it. */
export const RUN_ID = 'absent';
const TENANT = '/tenants/bench';
const SESSIONS = `${TENANT}/sessions?limit=50`;
const DEEPEST = `${SESSIONS}&sort=queuedMessages`;
const SUBSCRIPTIONS = `${TENANT}/subscriptions?limit=50`;
const PAGES_BEFORE = 20;
const DAY_MS = 86_400_000;

export async function listsOf(get: (path: string) => Promise<unknown>, sessions: number): Promise<Lists> {
  const inTheMiddle = `${RUN_ID}s${sessions >> 1}`;
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
  return {
    tenants: '/tenants?limit=50',
    overview: `${TENANT}/overview`,
    sessions: SESSIONS,
    'sessions, a later page': `${SESSIONS}&after=${await laterPage(get, SESSIONS)}`,
    'sessions online': `${SESSIONS}&state=online`,
    'sessions, deepest first': DEEPEST,
    'sessions, deepest first, a later page': `${DEEPEST}&after=${await laterPage(get, DEEPEST)}`,
    'search: one': `${SESSIONS}&q=s${sessions - 1}`,
    'search: some': `${SESSIONS}&q=${String(sessions - 1).slice(0, 4)}`,
    'search: all': `${SESSIONS}&q=${RUN_ID}`,
    'search: none': `${SESSIONS}&q=nobody-at-all`,
    'search: one, deepest first': `${DEEPEST}&q=s${sessions - 1}`,
    'search: some, deepest first': `${DEEPEST}&q=${String(sessions - 1).slice(0, 4)}`,
    'search: all, deepest first': `${DEEPEST}&q=${RUN_ID}`,
    'of a credential': `${SESSIONS}&username=bench`,
    'of a credential, deepest first': `${DEEPEST}&username=bench`,
    'of no credential': `${DEEPEST}&username=nobody`,
    'orphans: all': `${DEEPEST}&absentBefore=${tomorrow}`,
    'orphans: none': `${DEEPEST}&absentBefore=2020-01-01T00:00:00Z`,
    'a session': `${TENANT}/sessions/${inTheMiddle}`,
    'its queue': `${TENANT}/sessions/${inTheMiddle}/queue`,
    subscriptions: `${SUBSCRIPTIONS}`,
    'subscriptions, a later page': `${SUBSCRIPTIONS}&after=${await laterPage(get, SUBSCRIPTIONS)}`,
    'subscriptions: search': `${SUBSCRIPTIONS}&q=${String(sessions - 1).slice(0, 4)}`,
    'subscriptions: of a session': `${SUBSCRIPTIONS}&clientId=${inTheMiddle}`,
    'subscriptions: that match a topic': `${SUBSCRIPTIONS}&matchesTopic=nobody/at/all`,
    retained: `${TENANT}/retained?limit=50`,
    'retained, a level of the tree': `${TENANT}/retained-topics?limit=50`,
    credentials: `${TENANT}/credentials?limit=50`,
    audit: `${TENANT}/audit?limit=50`,
  };
}

/** Where a page far from the first begins. */
async function laterPage(get: (path: string) => Promise<unknown>, list: string): Promise<string> {
  let after = '';
  for (let page = 0; page < PAGES_BEFORE; page++) {
    const from = after === '' ? '' : `&after=${after}`;
    const { next } = (await get(`${list.replace('limit=50', 'limit=500')}${from}`)) as {
      next: string | null;
    };
    if (next === null) break;
    after = next;
  }
  return after;
}
