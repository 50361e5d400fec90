import { Cursor } from './cursor.ts';
import { DurableFilter } from './durable-filter.ts';
import { type Session } from './session.ts';

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
  };
  const cursor = new Cursor({ id: 1 } as Session, log, null, record);
  for (const sequence of at.inflight ?? []) cursor.expectInflight(sequence);
  return cursor;
}

test('depth is what lies between the floor and the head, less what is done in between', () => {
  expect(storedCursor({ head: 10, floor: 2, done: [[4, 5]] }).depth).toBe(6);
});

test('purging drops what waits and keeps what is in flight', () => {
  const cursor = storedCursor({ head: 10, floor: 2, inflight: [3, 5] });
  expect(cursor.skip(cursor.end)).toBe(6);
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
  expect(cursor.dropNewest(4)).toBe(3);
  expect(cursor.toRecord()).toMatchObject({
    floor: 2,
    done: [
      [7, 8],
      [10, 10],
    ],
  });
});

test('acknowledgements out of order move the floor once the gap is closed', () => {
  const cursor = storedCursor({ head: 5, floor: 0 });
  cursor.settle(2, 10);
  cursor.settle(3, 10);
  expect(cursor.toRecord()).toMatchObject({ floor: 0, done: [[2, 3]] });
  cursor.settle(1, 10);
  expect(cursor.toRecord()).toMatchObject({ floor: 3, done: [] });
});
