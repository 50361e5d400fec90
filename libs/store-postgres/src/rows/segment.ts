import type { LogEntry, Message } from '@restante/broker';

/**
 * Segments: the messages of one commit packed into one value, so that a message costs neither a row nor an index
 * entry. A segment is records and places: those of a run lie behind its records, where these are not another
 * filter's. All numbers are big-endian.
 *
 * ```
 * record: u32 length of the record        u48 published at, ms since the epoch
 *         u8  QoS (bits 0-1), RETAIN (2)  u48 expires at, 0: never
 *         u8  0                           u48 publisher's session identifier, 0: none
 *         u16 length of the topic         u32 subscription identifier, 0: none
 *         u32 order - first order         topic, properties, payload
 *         u32 length of the properties
 * place:  u32 sequence - first sequence of the run, u32 offset of the record in the segment, u32 its length
 * ```
 *
 * Records stand in the order of the filters that hold them, so that a filter's messages lie together and a run is
 * read as one slice.
 */
export const RECORD_HEADER_BYTES = 38;
export const PLACE_BYTES = 12;

/** A run spans no more than this of its segment: it is what a page is read in. */
const MAX_RUN_BYTES = 64 * 1024;
const MAX_RUN_ENTRIES = 256;
const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

export interface Segment {
  id: number;
  firstOrder: number;
  data: Buffer;
}

/** Consecutive entries of a filter's log within a segment. */
export interface Run {
  filterId: number;
  firstSequence: number;
  lastSequence: number;
  entries: number;
  bytes: number;
  bytesBefore: number;
  /** The time at which it is stored is remembered: it may be needed when every cursor has passed it. */
  isKept: boolean;
  segmentId: number;
  placesAt: number;
  dataAt: number;
  dataLength: number;
}

interface Place {
  segment: number;
  offset: number;
  length: number;
}

/** Packs a batch's entries; `nextSegmentId` gives out identifiers. */
export function packSegments(
  entries: readonly LogEntry[],
  nextSegmentId: () => number,
): { segments: Segment[]; runs: Run[] } {
  if (entries.length === 0) return { segments: [], runs: [] };
  const { places, runs, sizes } = new Layout(groupByFilter(entries));
  const firstOrder = entries[0].message.order;
  const segments = sizes.map((size) => ({
    id: nextSegmentId(),
    firstOrder,
    data: Buffer.allocUnsafeSlow(size),
  }));
  for (const [message, { segment, offset, length }] of places) {
    writeRecord(segments[segment].data, offset, length, message, firstOrder);
  }
  for (const run of runs) writePlaces(segments[run.segmentId].data, run, places);
  return {
    segments,
    runs: runs.map(({ members: _, ...run }) => ({ ...run, segmentId: segments[run.segmentId].id })),
  };
}

function groupByFilter(entries: readonly LogEntry[]): Map<number, LogEntry[]> {
  const byFilter = new Map<number, LogEntry[]>();
  for (const entry of entries) {
    const group = byFilter.get(entry.filterId);
    if (group === undefined) byFilter.set(entry.filterId, [entry]);
    else group.push(entry);
  }
  return byFilter;
}

/** `segmentId` is an index here. */
type OpenRun = Run & { members: LogEntry[] };

/**
 * Where everything lies. Each message has its place once, with the first filter that holds it; each filter's entries
 * are cut into runs where the segment changes or a run would span too much.
 */
class Layout {
  readonly places = new Map<Message, Place>();
  readonly runs: OpenRun[] = [];
  /** Of the segments, by index. */
  readonly sizes = [0];

  constructor(byFilter: Map<number, LogEntry[]>) {
    for (const [filterId, entries] of byFilter) this.layOut(filterId, entries);
  }

  private layOut(filterId: number, entries: LogEntry[]): void {
    let run: OpenRun | undefined;
    for (const entry of entries) {
      const known = this.places.get(entry.message);
      let place = known ?? this.nextPlace(recordLength(entry.message));
      if (run !== undefined && !fits(run, place)) {
        this.close(run);
        run = undefined;
        // The places of the run before lie there now.
        place = known ?? this.nextPlace(place.length);
      }
      if (known === undefined) this.take(entry.message, place);
      if (run === undefined) this.runs.push((run = openRun(filterId, entry, place)));
      add(run, entry, place);
    }
    if (run !== undefined) this.close(run);
  }

  private nextPlace(length: number): Place {
    const last = this.sizes.length - 1;
    const isFull = this.sizes[last] > 0 && this.sizes[last] + length > MAX_SEGMENT_BYTES;
    return isFull
      ? { segment: last + 1, offset: 0, length }
      : { segment: last, offset: this.sizes[last], length };
  }

  private take(message: Message, place: Place): void {
    this.sizes[place.segment] = place.offset + place.length;
    this.places.set(message, place);
  }

  /** Its places come behind what its segment holds by now: mostly its own records. */
  private close(run: OpenRun): void {
    run.placesAt = this.sizes[run.segmentId];
    this.sizes[run.segmentId] += run.entries * PLACE_BYTES;
  }
}

function recordLength(message: Message): number {
  return (
    RECORD_HEADER_BYTES +
    Buffer.byteLength(message.topic) +
    message.forwardedProperties.length +
    message.payload.length
  );
}

function fits(run: OpenRun, { segment, offset, length }: Place): boolean {
  if (run.segmentId !== segment || run.entries >= MAX_RUN_ENTRIES) return false;
  const from = Math.min(run.dataAt, offset);
  const end = Math.max(run.dataAt + run.dataLength, offset + length);
  return end - from <= MAX_RUN_BYTES;
}

function openRun(filterId: number, first: LogEntry, { segment, offset }: Place): OpenRun {
  return {
    filterId,
    firstSequence: first.sequence,
    lastSequence: first.sequence,
    entries: 0,
    bytes: 0,
    bytesBefore: first.bytesBefore,
    isKept: first.isKept,
    segmentId: segment,
    placesAt: 0,
    dataAt: offset,
    dataLength: 0,
    members: [],
  };
}

function add(run: OpenRun, entry: LogEntry, { offset, length }: Place): void {
  // With several filters a message may lie before the run's first one.
  const from = Math.min(run.dataAt, offset);
  run.dataLength = Math.max(run.dataAt + run.dataLength, offset + length) - from;
  run.dataAt = from;
  run.lastSequence = entry.sequence;
  run.entries++;
  run.bytes += entry.message.size;
  run.members.push(entry);
}

function writeRecord(
  target: Buffer,
  offset: number,
  length: number,
  message: Message,
  firstOrder: number,
): void {
  const topicAt = offset + RECORD_HEADER_BYTES;
  const topicLength = target.write(message.topic, topicAt);
  target.writeUInt32BE(length, offset);
  target[offset + 4] = message.qos | (message.retain ? 4 : 0);
  target[offset + 5] = 0;
  target.writeUInt16BE(topicLength, offset + 6);
  target.writeUInt32BE(message.order - firstOrder, offset + 8);
  target.writeUInt32BE(message.forwardedProperties.length, offset + 12);
  target.writeUIntBE(message.publishedAt, offset + 16, 6);
  target.writeUIntBE(message.expiresAt, offset + 22, 6);
  target.writeUIntBE(message.publisherSessionId, offset + 28, 6);
  target.writeUInt32BE(message.subscriptionIdentifier, offset + 34);
  const propertiesAt = topicAt + topicLength;
  message.forwardedProperties.copy(target, propertiesAt);
  message.payload.copy(target, propertiesAt + message.forwardedProperties.length);
}

function writePlaces(target: Buffer, run: OpenRun, places: Map<Message, Place>): void {
  let at = run.placesAt;
  for (const { sequence, message } of run.members) {
    const { offset, length } = places.get(message)!;
    at = target.writeUInt32BE(sequence - run.firstSequence, at);
    at = target.writeUInt32BE(offset, at);
    at = target.writeUInt32BE(length, at);
  }
}
