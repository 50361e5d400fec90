import type { LiveSession } from '@/live/live-session.ts';
import { isWanted, readFilter, type SessionFilter, writeFilter } from './session-filter.ts';
import { orderOf } from './session-order.ts';

const NOW = 1_000_000_000;

function session(clientId: string, facts: Partial<LiveSession>): LiveSession {
  return { clientId, state: 'offline', isOrphanSuspect: false, ...facts } as LiveSession;
}

const filter = (facts: Partial<SessionFilter>): SessionFilter => ({
  sort: 'clientId',
  isDescending: false,
  ...facts,
});

test('the deepest queue comes first, and equals by name', () => {
  const sessions = [
    session('c', { queuedMessages: 1 }),
    session('b', { queuedMessages: 5 }),
    session('a', { queuedMessages: 1 }),
  ];
  const wanted = filter({ sort: 'queuedMessages', isDescending: true });
  expect(orderOf(sessions, wanted, NOW)).toEqual(['b', 'a', 'c']);
});

test('who never expires comes after all who do, in either direction', () => {
  const sessions = [
    session('never', { expiresAt: null }),
    session('late', { expiresAt: 9 }),
    session('soon', { expiresAt: 3 }),
  ];
  expect(orderOf(sessions, filter({ sort: 'expires' }), NOW)).toEqual(['soon', 'late', 'never']);
  const descending = filter({ sort: 'expires', isDescending: true });
  expect(orderOf(sessions, descending, NOW)).toEqual(['late', 'soon', 'never']);
});

test('offline longer than an hour means that it is offline now', () => {
  const wanted = filter({ absentSeconds: 3_600 });
  expect(isWanted(session('a', { disconnectedAt: NOW - 3_600_001 }), wanted, NOW)).toBe(true);
  expect(isWanted(session('a', { disconnectedAt: NOW - 3_599_000 }), wanted, NOW)).toBe(false);
  const back = session('a', { state: 'online', disconnectedAt: NOW - 9_000_000 });
  expect(isWanted(back, wanted, NOW)).toBe(false);
});

test('offline since a time between two means that it is offline now', () => {
  const wanted = filter({ absentAfter: NOW - 2_000, absentBefore: NOW - 1_000 });
  const since = (ms: number) => isWanted(session('a', { disconnectedAt: NOW - ms }), wanted, NOW);
  expect([2_001, 2_000, 1_001, 1_000].map(since)).toEqual([false, true, true, false]);
  const online = session('a', { state: 'online', disconnectedAt: null });
  expect(isWanted(online, wanted, NOW)).toBe(false);
});

test('a search finds any part of a client identifier in whatever case', () => {
  expect(isWanted(session('Pump-17', {}), filter({ q: 'mp-1' }), NOW)).toBe(true);
  expect(isWanted(session('Pump-17', {}), filter({ q: 'pump' }), NOW)).toBe(true);
  expect(isWanted(session('Pump-17', {}), filter({ q: 'valve' }), NOW)).toBe(false);
});

test.each([
  '',
  'state=offline',
  'sort=queuedMessages',
  'sort=queuedMessages&order=ascending',
  'q=a%2Fb&username=device&absent=3600&suspect=yes&sort=expires&order=descending',
])('the address says all of the filter: %s', (address) => {
  const read = readFilter(new URLSearchParams(address));
  expect(writeFilter(read).toString()).toBe(address);
});

test('what somebody wrote into the address without sense is as if it were not there', () => {
  const read = readFilter(new URLSearchParams('state=dead&sort=colour&absent=-3&order=sideways'));
  expect(writeFilter({ ...read, isDescending: false }).toString()).toBe('');
});
