import type { LiveSession } from '@/live/live-session.ts';
import { fullness, MOST_URGENT, mostUrgent, nearnessOfEnd } from './urgent.ts';

const session = (clientId: string, facts: Partial<LiveSession>) => ({ clientId, ...facts }) as LiveSession;

const names = (found: { session: LiveSession }[]) => found.map((one) => one.session.clientId);

test('the greatest come first, equals in their order, and nothing that does not count', () => {
  const sessions = [3, 0, 9, 3, -1].map((depth, index) => session(`s${index}`, { queuedMessages: depth }));
  expect(names(mostUrgent(sessions, ({ queuedMessages }) => queuedMessages))).toEqual(['s2', 's0', 's3']);
});

test('of many, the greatest few are found', () => {
  const sessions = Array.from({ length: 1_000 }, (_, index) =>
    session(`s${index}`, { queuedMessages: (index * 7) % 1_000 }),
  );
  const found = mostUrgent(sessions, ({ queuedMessages }) => queuedMessages);
  expect(found.map(({ measure }) => measure)).toEqual(
    Array.from({ length: MOST_URGENT }, (_, index) => 999 - index),
  );
});

test('a queue that is not half full does not overflow soon', () => {
  expect(fullness(session('a', { queuedMessages: 49, maxQueuedMessages: 100 }))).toBe(0);
  expect(fullness(session('a', { queuedMessages: 75, maxQueuedMessages: 100 }))).toBe(0.75);
});

test('who expires with messages is urgent, the sooner the more; without any nothing is lost', () => {
  const soon = session('a', { expiresAt: 2_000, queuedMessages: 1 });
  const later = session('b', { expiresAt: 9_000, queuedMessages: 1 });
  expect(nearnessOfEnd(soon, 1_000)).toBeGreaterThan(nearnessOfEnd(later, 1_000));
  expect(nearnessOfEnd(session('c', { expiresAt: 2_000, queuedMessages: 0 }), 1_000)).toBe(0);
});
