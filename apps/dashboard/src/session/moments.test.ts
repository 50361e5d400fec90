import type { SessionEvent } from '@restante/api-client';
import { endOf, type LivedSession, momentsOf } from './moments.ts';

const AT = '2026-01-01T00:00:0';

/** What happened at a second of a minute. */
function event(second: number, kind: SessionEvent['kind'], facts: Partial<SessionEvent> = {}): SessionEvent {
  return {
    ...{ id: `${second}`, at: `${AT}${second}.000Z`, kind, username: 'device', actor: null },
    ...{ remoteAddress: '192.0.2.1:5', takenOverBy: null, transport: null, protocolVersion: null },
    ...{ sessionPresent: null, by: null, reasonCode: null, reason: null, isSessionKept: null },
    ...{ queuedMessages: null, queuedBytes: null, messages: null, topicFilter: null },
    ...{ fromClientId: null, toClientId: null, to: null, ...facts },
  };
}

const SESSION: LivedSession = {
  ...{ createdAt: `${AT}1.000Z`, connectedAt: null, disconnectedAt: null, expiresAt: null },
  ...{ sessionExpirySeconds: 60, remoteAddress: null, protocolVersion: 5 },
};

const told = (event: SessionEvent) => {
  const [{ name, note }] = momentsOf(null, [event], true);
  return `${name}: ${note}`;
};

test.each<[string, SessionEvent['kind'], Partial<SessionEvent>]>([
  [
    'Created and connected: from 192.0.2.1:5, MQTT 5.0 over TLS, credential device',
    'connected',
    { sessionPresent: false, protocolVersion: 5, transport: 'tls' },
  ],
  [
    'Taken over: from 192.0.2.1:5 by a connection from 192.0.2.9:1',
    'taken-over',
    { takenOverBy: '192.0.2.9:1', isSessionKept: true },
  ],
  ['Left: with DISCONNECT', 'disconnected', { by: 'client', reasonCode: 0, isSessionKept: true }],
  [
    'Left: with DISCONNECT and its will published, the session ended with it',
    'disconnected',
    { by: 'client', reasonCode: 4, isSessionKept: false },
  ],
  ['Lost: closed without DISCONNECT', 'disconnected', { by: 'network' }],
  [
    'Lost: silent for longer than its keep alive allows',
    'disconnected',
    { by: 'server', reasonCode: 0x8d, reason: 'No packet' },
  ],
  [
    'Disconnected: by anna@example.com (0x98)',
    'disconnected',
    { by: 'server', reasonCode: 0x98, actor: 'anna@example.com' },
  ],
  [
    'Disconnected: the server ended without closing the connection',
    'disconnected',
    { by: 'server', reason: 'The server ended without closing the connection' },
  ],
  ['Expired: 2 queued messages lost', 'expired', { queuedMessages: 2 }],
  ['Ended by a clean start: nothing waited', 'replaced', { queuedMessages: 0 }],
  ['Deleted: by robot, nothing waited', 'deleted', { actor: 'robot', queuedMessages: 0 }],
  ['Queue purged: 1 message of a/#', 'queue-purged', { messages: 1, topicFilter: 'a/#' }],
  ['Queue moved: 3 messages to other', 'queue-moved', { messages: 3, toClientId: 'other' }],
  ['Queue copied: 3 messages from other', 'queue-copied', { messages: 3, fromClientId: 'other' }],
])('%s', (words, kind, facts) => {
  expect(told(event(1, kind, facts))).toBe(words);
});

const names = (session: LivedSession | null, events: SessionEvent[], isWhole = true) =>
  momentsOf(session, events, isWhole).map(({ name }) => name);

test('what comes is first, then the newest', () => {
  const session = { ...SESSION, disconnectedAt: `${AT}3.000Z`, expiresAt: `${AT}9.000Z` };
  const events = [
    event(3, 'disconnected', { by: 'client', reasonCode: 0, isSessionKept: true }),
    event(1, 'connected', { sessionPresent: false }),
  ];
  expect(names(session, events)).toEqual(['Expires', 'Left', 'Created and connected']);
});

test('what the history lacks of the present session is told from the session itself', () => {
  const kept = { ...SESSION, connectedAt: `${AT}5.000Z` };
  const fleeting = { ...SESSION, createdAt: `${AT}7.000Z`, connectedAt: `${AT}7.000Z` };
  expect(names(kept, [])).toEqual(['Expires', 'Connected', 'Created']);
  expect(names(kept, [event(5, 'connected', { sessionPresent: true })], false)).toEqual([
    ...['Expires', 'Connected'],
  ]);
  expect(names(fleeting, [event(6, 'replaced')])).toEqual([
    ...['Expires', 'Created and connected', 'Ended by a clean start'],
  ]);
});

test('a session that is gone is told by how it ended', () => {
  const events = [event(3, 'expired'), event(2, 'disconnected', { isSessionKept: true })];
  expect(endOf(events)).toBe(events[0]);
  expect(endOf(events.slice(1))).toBeUndefined();
});
