import { anOwner } from '../../testing/cursor-owner.ts';
import { aMessage } from '../../testing/messages.ts';
import { Cursor } from './cursor.ts';
import { DurableFilter, type Entry } from './durable-filter.ts';
import type { StoredEntry, StoredPage } from '../ports.ts';
import type { Subscription } from '../sessions/subscription.ts';

/** A cursor as it is read from the store, with some of its log in flight. */
function storedCursor(at: { head: number; floor: number; inflight?: number[]; done?: [number, number][] }) {
  const log = new DurableFilter({
    id: 1,
    tenantId: 1,
    topicFilter: 'a',
    head: at.head,
    totalBytes: at.head * 10,
  });
  const record = {
    sessionId: 1,
    filterId: 1,
    floor: at.floor,
    done: at.done ?? [],
    consumedBytes: at.floor * 10,
    retireAt: null,
    limits: null,
  };
  const cursor = new Cursor(anOwner, log, null, record);
  for (const sequence of at.inflight ?? []) cursor.expectInflight(sequence);
  return cursor;
}

test('depth is what lies between the floor and the head, less what is done in between', () => {
  expect(storedCursor({ head: 10, floor: 2, done: [[4, 5]] }).depth).toBe(6);
});

test('purging drops what waits and keeps what is in flight', () => {
  const cursor = storedCursor({ head: 10, floor: 2, inflight: [3, 5] });
  expect(cursor.skip(cursor.end, null)).toBe(6);
  expect(cursor.depth).toBe(2);
  cursor.settle(3, 10);
  expect(cursor.floor).toBe(4);
  cursor.settle(5, 10);
  expect({ floor: cursor.floor, depth: cursor.depth, bytes: cursor.depthBytes }).toEqual({
    floor: 10,
    depth: 0,
    bytes: 0,
  });
});

test('dropping the newest leaves the oldest and what is in flight', () => {
  const cursor = storedCursor({ head: 10, floor: 2, inflight: [9] });
  expect(cursor.dropNewest(4, 'queue-full')).toBe(4);
  expect(cursor.toRecord()).toMatchObject({
    floor: 2,
    done: [
      [6, 8],
      [10, 10],
    ],
  });
});

function aPage(entries: StoredEntry[], coversTo: number): StoredPage {
  return {
    length: entries.length,
    bytes: 0,
    coversTo,
    sequenceAt: (index) => entries[index].sequence,
    entryAt: (index) => entries[index],
  };
}

test('acknowledgements out of order move the floor once the gap is closed', () => {
  const cursor = storedCursor({ head: 5, floor: 0 });
  cursor.settle(2, 10);
  cursor.settle(3, 10);
  expect(cursor.toRecord()).toMatchObject({ floor: 0, done: [[2, 3]] });
  cursor.settle(1, 10);
  expect(cursor.toRecord()).toMatchObject({ floor: 3, done: [] });
});

test('what was dropped from the store counts no bytes once the next entry is seen, whatever is in flight', () => {
  const cursor = storedCursor({ head: 10, floor: 0, inflight: [1] });
  cursor.resumeInflight(10);
  cursor.skip(8, null);
  cursor.replay.add(
    aPage([{ sequence: 9, bytesBefore: 80, message: aMessage({ payload: Buffer.alloc(9) }) }], 10),
    9,
    9,
  );
  expect(cursor.peek()).toMatchObject({ sequence: 9 });
  // The one in flight, 9 and 10.
  expect(cursor.depth).toBe(3);
  expect(cursor.depthBytes).toBe(30);
});

test('a gap in the log is passed, and what was counted for it with it', () => {
  const cursor = storedCursor({ head: 5, floor: 0 });
  cursor.replay.add(aPage([], 5), 1, 1);
  expect(cursor.peek()).toBe('nothing');
  expect({ floor: cursor.floor, depth: cursor.depth, bytes: cursor.depthBytes }).toEqual({
    floor: 5,
    depth: 0,
    bytes: 0,
  });
});

test('subscribing again leaves entries alone that came while the cursor was retired', () => {
  const log = new DurableFilter({ id: 1, tenantId: 1, topicFilter: 'a', followerCount: 2 });
  const cursor = new Cursor(anOwner, log, null);
  log.append(aMessage());
  const first = cursor.peek() as Entry;
  cursor.startInflight(first.sequence, first.message.size);
  cursor.retire(false);
  log.followerCount = 1;
  const foreign = log.append(aMessage());
  cursor.revive({} as Subscription);
  expect(foreign.state).toBe('pending');
  expect(cursor.depth).toBe(1);
  expect(cursor.depthBytes).toBe(first.message.size);
  const own = log.append(aMessage());
  expect(cursor.peek()).toBe(own);
});

test('what is done is not sent again when the gap before it closes', () => {
  const cursor = storedCursor({ head: 5, floor: 0, inflight: [1], done: [[2, 5]] });
  cursor.resumeInflight(10);
  cursor.settleInflight(1, 10);
  expect(cursor.peek()).toBe('nothing');
});
