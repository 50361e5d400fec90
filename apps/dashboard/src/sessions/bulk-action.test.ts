import type { LiveSession } from '@/live/live-session.ts';
import { BULK_ACTIONS, type Change, namesInShort } from './bulk-action.ts';

const online = {
  state: 'online',
  sessionExpirySeconds: 60,
  queuedMessages: 10,
  queuedBytes: 2_048,
  inflightMessages: 4,
} as LiveSession;
const ending = { ...online, sessionExpirySeconds: 0, queuedMessages: 1, queuedBytes: 1_024 } as LiveSession;
const offline = { ...online, state: 'offline', inflightMessages: 0, queuedMessages: 0 } as LiveSession;

const lossOf = (wanted: Change, sessions: LiveSession[]) => {
  const action = BULK_ACTIONS.find(({ change }) => change === wanted)!;
  return action.loss(sessions.filter(action.applies)).join(' ');
};

test('a deletion names connections, sessions, messages and bytes', () => {
  expect(lossOf('delete', [online, offline])).toBe(
    '1 connection will be closed. Lost for good: 2 sessions with all subscriptions, and 10 queued messages (4 KiB).',
  );
});

test('a purge counts what waits, not what is in flight, and leaves empty queues out', () => {
  expect(lossOf('purge', [online, offline])).toBe(
    '6 queued messages will be dropped and never reach their clients. 4 messages in flight and all subscriptions stay.',
  );
});

test('a disconnection says which sessions end with it', () => {
  expect(lossOf('disconnect', [online, ending, offline])).toBe(
    '2 connections will be closed. 1 session and its queue stay. Lost for good with their connections: 1 session and its queue, 1 queued message (1 KiB).',
  );
});

test('whom it is done to is told by name, of many the first', () => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, number) => ({ ...online, clientId: `c${number}` }));
  expect(namesInShort(named(2))).toBe('c0 and c1');
  expect(namesInShort(named(7))).toBe('c0, c1, c2, c3, c4 and 2 others');
});
