import { Message, type StoredEntry } from '@restante/broker';
import type { QoS } from '@restante/mqtt-codec';
import { PLACE_BYTES, RECORD_HEADER_BYTES } from './segment.ts';

/** A run as it is read: its places, and the slice of the segment that holds its records. */
export interface StoredRun {
  firstSequence: number;
  bytesBefore: number;
  firstOrder: number;
  dataAt: number;
  places: Buffer;
  data: Buffer;
}

/** The entries of a run, `from` to `to`; each is taken apart when it is asked for. Indexes begin at 0. */
export class RunReader {
  private readonly first: number;
  readonly length: number;
  /** The log's running total of bytes before each entry of the run. */
  private readonly bytesBefore: Float64Array;

  constructor(
    private readonly run: StoredRun,
    from: number,
    to: number,
  ) {
    const entries = run.places.length / PLACE_BYTES;
    let first = 0;
    while (first < entries && this.sequenceOf(first) < from) first++;
    let end = entries;
    while (end > first && this.sequenceOf(end - 1) > to) end--;
    this.first = first;
    this.length = end - first;
    this.bytesBefore = new Float64Array(end);
    let total = run.bytesBefore;
    for (let place = 0; place < end; place++) {
      this.bytesBefore[place] = total;
      total += sizeOf(run.data, this.recordAt(place), this.lengthOf(place));
    }
  }

  sequenceAt(index: number): number {
    return this.sequenceOf(this.first + index);
  }

  entryAt(index: number): StoredEntry {
    const place = this.first + index;
    const at = this.recordAt(place);
    const message = readRecord(this.run.data.subarray(at, at + this.lengthOf(place)), this.run.firstOrder);
    return { sequence: this.sequenceOf(place), bytesBefore: this.bytesBefore[place], message };
  }

  private sequenceOf(place: number): number {
    return this.run.firstSequence + this.run.places.readUInt32BE(place * PLACE_BYTES);
  }

  private recordAt(place: number): number {
    return this.run.places.readUInt32BE(place * PLACE_BYTES + 4) - this.run.dataAt;
  }

  private lengthOf(place: number): number {
    return this.run.places.readUInt32BE(place * PLACE_BYTES + 8);
  }
}

/** As `Message.size` will say: a topic counts by its characters, which are its bytes as long as they are ASCII. */
function sizeOf(data: Buffer, at: number, length: number): number {
  const topicAt = at + RECORD_HEADER_BYTES;
  const topicEnd = topicAt + data.readUInt16BE(at + 6);
  const bytes = length - RECORD_HEADER_BYTES;
  for (let index = topicAt; index < topicEnd; index++) {
    if (data[index] > 0x7f)
      return bytes - (topicEnd - topicAt) + data.toString('utf8', topicAt, topicEnd).length;
  }
  return bytes;
}

function readRecord(record: Buffer, firstOrder: number): Message {
  const propertiesAt = RECORD_HEADER_BYTES + record.readUInt16BE(6);
  const payloadAt = propertiesAt + record.readUInt32BE(12);
  return new Message(
    {
      topic: record.toString('utf8', RECORD_HEADER_BYTES, propertiesAt),
      payload: record.subarray(payloadAt),
      qos: (record[4] & 3) as QoS,
      retain: (record[4] & 4) !== 0,
      forwardedProperties: record.subarray(propertiesAt, payloadAt),
      publishedAt: record.readUIntBE(16, 6),
      expiresAt: record.readUIntBE(22, 6),
      publisherSessionId: record.readUIntBE(28, 6),
    },
    firstOrder + record.readUInt32BE(8),
    record.readUInt32BE(34),
  );
}
