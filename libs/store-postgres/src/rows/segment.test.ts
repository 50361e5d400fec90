import type { LogEntry, Message } from '@restante/broker';
import fc from 'fast-check';
import { aMessage } from '../../testing/batches.ts';
import { entriesIn } from '../../testing/pages.ts';
import { RunReader, type StoredRun } from './run-reader.ts';
import { packSegments, type Run, type Segment } from './segment.ts';

const MAX_RUN_BYTES = 64 * 1024;
const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

/** What the store would read of a run: two slices of its segment. */
function storedRun(run: Run, segments: Segment[]): StoredRun {
  const { data, firstOrder } = segments.find(({ id }) => id === run.segmentId)!;
  return {
    ...run,
    firstOrder,
    places: data.subarray(run.placesAt, run.placesAt + run.entries * 12),
    data: data.subarray(run.dataAt, run.dataAt + run.dataLength),
  };
}

function pack(entries: LogEntry[]) {
  let id = 100;
  return packSegments(entries, () => id++);
}

/** Every entry of every filter as it would be read. */
function unpack({ segments, runs }: ReturnType<typeof pack>) {
  return runs.flatMap((run) =>
    entriesIn(new RunReader(storedRun(run, segments), 0, Number.MAX_SAFE_INTEGER)).map((entry) => ({
      filterId: run.filterId,
      isKept: run.isKept,
      ...entry,
    })),
  );
}

/** Gives messages to filters, as the broker appends them: all filters of one message, then the next message. */
function append(messages: { message: Message; filterIds: number[]; skip: number }[]): LogEntry[] {
  const logs = new Map<number, { sequence: number; bytes: number }>();
  return messages.flatMap(({ message, filterIds, skip }) =>
    filterIds.map((filterId) => {
      const log = logs.get(filterId) ?? { sequence: 2 ** 40, bytes: 0 };
      logs.set(filterId, { sequence: log.sequence + 1 + skip, bytes: log.bytes + message.size });
      return { filterId, sequence: log.sequence + skip, message, bytesBefore: log.bytes, isKept: false };
    }),
  );
}

const aPublication = fc
  .record({
    topic: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    payload: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    qos: fc.constantFrom(1 as const, 2 as const),
    retain: fc.boolean(),
    forwardedProperties: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    publishedAt: fc.nat({ max: 2 ** 42 }),
    expiresAt: fc.nat({ max: 2 ** 42 }),
    publisherSessionId: fc.nat({ max: 2 ** 40 }),
    subscriptionIdentifier: fc.nat({ max: 268_435_455 }),
  })
  .map(aMessage);

const anAppend = fc.record({
  message: aPublication,
  filterIds: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4), { minLength: 1 }),
  skip: fc.constantFrom(0, 0, 0, 1, 5),
});

function byPlace(a: { filterId: number; sequence: number }, b: { filterId: number; sequence: number }) {
  return a.filterId - b.filterId || a.sequence - b.sequence;
}

test('what is unpacked is what was packed: any messages, in any number of filters, with gaps', () => {
  fc.assert(
    fc.property(fc.array(anAppend, { minLength: 1, maxLength: 40 }), (appends) => {
      // Messages have their order from when they were made: sort them as they would have come.
      const entries = append([...appends].sort((a, b) => a.message.order - b.message.order));
      expect(unpack(pack(entries)).sort(byPlace)).toEqual([...entries].sort(byPlace));
    }),
  );
});

test('nothing is packed of nothing', () => {
  expect(pack([])).toEqual({ segments: [], runs: [] });
});

test('runs of a filter follow each other and tell their first and last number, count and bytes', () => {
  const messages = Array.from({ length: 1_000 }, () => ({ message: aMessage(), filterIds: [1], skip: 0 }));
  const { runs } = pack(append(messages));
  expect(runs.length).toBeGreaterThan(1);
  runs.reduce((before, run) => {
    expect(run.firstSequence).toBe(before.lastSequence + 1);
    expect(run.bytesBefore).toBe(before.bytesBefore + before.bytes);
    expect(run.entries).toBe(run.lastSequence - run.firstSequence + 1);
    return run;
  });
});

test('large batches go into several segments, none above its bound but for a larger message', () => {
  const sizes = [3_000_000, 3_000_000, 3_000_000, 9_000_000, 10];
  const messages = sizes.map((size) => ({
    message: aMessage({ payload: Buffer.alloc(size, size % 251) }),
    filterIds: [1, 2],
    skip: 0,
  }));
  const entries = append(messages);
  const packed = pack(entries);
  expect(packed.segments.length).toBeGreaterThan(2);
  const large = packed.segments.filter(({ data }) => data.length > MAX_SEGMENT_BYTES + 10_000);
  expect(large).toHaveLength(1);
  const unpacked = unpack(packed).sort(byPlace);
  const isSame = [...entries].sort(byPlace).map((entry, index) => {
    const { sequence, message } = unpacked[index];
    return sequence === entry.sequence && message.payload.equals(entry.message.payload);
  });
  expect(isSame).toEqual(entries.map(() => true));
});

test('a run spans no more of its segment than a page takes, whichever filters share messages', () => {
  // Filter 2 holds each message of filter 1's first part, and of its own in between.
  const messages = Array.from({ length: 600 }, (_, index) => ({
    message: aMessage({ payload: Buffer.alloc(1_000) }),
    filterIds: index % 2 === 0 ? [1, 2] : [2],
    skip: 0,
  }));
  const { runs } = pack(append(messages));
  for (const run of runs) expect(run.dataLength).toBeLessThanOrEqual(MAX_RUN_BYTES);
});

test('only the numbers that are asked for are unpacked', () => {
  const messages = Array.from({ length: 10 }, () => ({ message: aMessage(), filterIds: [1], skip: 0 }));
  const { segments, runs } = pack(append(messages));
  const first = runs[0].firstSequence;
  const entries = entriesIn(new RunReader(storedRun(runs[0], segments), first + 3, first + 5));
  expect(entries.map(({ sequence }) => sequence - first)).toEqual([3, 4, 5]);
  expect(entries[0].bytesBefore).toBe(3 * messages[0].message.size);
});
