import type { LiveSession } from './live-session.ts';
import { SessionStore } from './session-store.ts';

function liveSession(clientId: string, facts: Partial<LiveSession> = {}): LiveSession {
  return {
    clientId,
    state: 'offline',
    username: 'device',
    protocolVersion: 5,
    remoteAddress: null,
    connectedAt: null,
    disconnectedAt: 1_000,
    expiresAt: null,
    sessionExpirySeconds: 3_600,
    queuedMessages: 0,
    queuedBytes: 0,
    maxQueuedMessages: 100,
    inflightMessages: 0,
    droppedMessages: 0,
    isOrphanSuspect: false,
    ...facts,
  };
}

function storeOf(...clientIds: string[]): SessionStore {
  const store = new SessionStore();
  store.apply(clientIds.map((clientId) => liveSession(clientId)));
  return store;
}

test('a session keeps its place while it lives, and a newcomer takes one that is free', () => {
  const store = storeOf('a', 'b', 'c');
  store.apply([], ['b']);
  expect(store.slotOf('c')).toBe(2);
  expect(store.size).toBe(2);
  store.apply([liveSession('d')]);
  expect(store.slotOf('d')).toBe(1);
  expect(store.extent).toBe(3);
});

test('only what has changed is told', () => {
  const store = storeOf('a', 'b', 'c');
  const told: (readonly number[])[] = [];
  store.subscribe((changes) => told.push(changes));
  store.apply([liveSession('a'), liveSession('b', { queuedMessages: 7 }), liveSession('c')]);
  store.apply([liveSession('a')]);
  expect(told).toEqual([[1]]);
});

test('coming and going raise the membership, values do not', () => {
  const store = storeOf('a');
  const { membership } = store;
  store.apply([liveSession('a', { queuedMessages: 1 })]);
  expect(store.membership).toBe(membership);
  store.apply([], ['a', 'never was']);
  expect(store.membership).toBe(membership + 1);
});

test('who is online, and with which credentials, is counted as sessions come, change and go', () => {
  const store = new SessionStore();
  store.apply([liveSession('a', { state: 'online' }), liveSession('b', { username: 'other' })]);
  expect(store.onlineCount).toBe(1);
  store.apply([liveSession('b', { state: 'online', username: 'other' })]);
  expect(store.onlineCount).toBe(2);
  store.apply([], ['b']);
  expect(store.onlineCount).toBe(1);
  expect([...store.credentials]).toEqual(['device']);
});

test('once all are told they stand by name, and stay there', () => {
  const store = storeOf('c', 'a', 'b');
  store.apply([], ['b']);
  store.complete();
  expect(['a', 'c'].map((clientId) => store.slotOf(clientId))).toEqual([0, 1]);
  store.apply([liveSession('aa')]);
  store.complete();
  expect(['a', 'c', 'aa'].map((clientId) => store.slotOf(clientId))).toEqual([0, 1, 2]);
});

test('the past of a queue is its own, not of who had the place before', () => {
  const store = storeOf('a', 'b');
  store.apply([liveSession('b', { queuedMessages: 5 })]);
  store.takeSample();
  store.apply([liveSession('b', { queuedMessages: 9 })]);
  store.takeSample();
  expect(store.pastOf('b')).toEqual([5, 9, 9]);
  store.apply([liveSession('c', { queuedMessages: 2 })], ['b']);
  expect(store.pastOf('c')).toEqual([2, 2, 2]);
});

test('more sessions than the first arrays hold have a past too', () => {
  const store = storeOf(...Array.from({ length: 3_000 }, (_, number) => `client-${number}`));
  store.takeSample();
  store.apply([liveSession('client-2999', { queuedMessages: 3 })]);
  expect(store.pastOf('client-2999')).toEqual([0, 3]);
});
