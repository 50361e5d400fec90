import { type Cursor, SHARED_GROUP } from '../logs/cursor.ts';
import type { Message } from '../message.ts';
import { PacketIdentifiers } from './packet-identifiers.ts';
import type { InflightRecord } from '../ports.ts';

/** A log entry that a session has in flight. */
export interface LogPosition {
  cursor: Cursor;
  sequence: number;
}

/**
 * A QoS 1 or 2 message sent to a client and not completely acknowledged.
 *
 * QoS 1: `publish-qos1`, ended by PUBACK. QoS 2: `publish-qos2`, by PUBREC to `pubrel`, ended by PUBCOMP
 * (MQTT 5.0 section 4.3.3).
 */
export interface InflightMessage {
  readonly packetIdentifier: number;
  /** Greater than that of every message sent before it. */
  sendOrder: number;
  state: InflightRecord['state'];
  /** null: not read from the store yet, or no longer needed (`pubrel`). */
  message: Message | null;
  /** Where it lies in the logs; empty for sessions that end with the connection, and in state `pubrel`. */
  positions: LogPosition[];
  /** How it was sent, for a session that ends with its connection; others follow from the positions. */
  retain: boolean;
  subscriptionIdentifiers: number[] | undefined;
}

/** What is put in flight: the rest is given to it there. */
type Sent = Omit<InflightMessage, 'packetIdentifier' | 'sendOrder'>;

/** Places at first, and again once nothing is in flight. A power of two, as every number of places. */
const FEW_PLACES = 16;
/** There are no more packet identifiers. */
const MAX_PLACES = 65_536;
/** Never written to: of most sessions nothing is in flight. */
const NO_PLACES: (InflightMessage | null)[] = [null];

/**
 * A session's window of messages in flight, in the order in which they were first sent.
 *
 * Each lies in the place that the low bits of its packet identifier name, and an identifier is given out when its place
 * is free. A `Map` would do the same, but not for long: one that is changed all the time is made anew every few changes,
 * and each leaves the next one, with all it holds, to the collector of old objects.
 */
export class Inflight {
  private places = NO_PLACES;
  private readonly identifiers = new PacketIdentifiers();
  private count = 0;
  /** Of the one that was sent last. */
  private lastSendOrder = 0;

  get size(): number {
    return this.count;
  }

  get(packetIdentifier: number): InflightMessage | undefined {
    const found = this.places[this.placeOf(packetIdentifier)];
    return found?.packetIdentifier === packetIdentifier ? found : undefined;
  }

  /** @returns undefined when all packet identifiers are in use */
  start(entry: Sent): InflightMessage | undefined {
    if ((this.count + 1) * 2 > this.places.length && this.places.length < MAX_PLACES) this.extend();
    const packetIdentifier = this.identifiers.next(
      (identifier) => this.places[this.placeOf(identifier)] !== null,
    );
    if (packetIdentifier === 0) return undefined;
    return this.put(packetIdentifier, entry);
  }

  /** Puts back what the store remembers; calls must be in the order of sending. */
  restore(packetIdentifier: number, state: InflightMessage['state']): InflightMessage {
    while (this.places === NO_PLACES || this.places[this.placeOf(packetIdentifier)] !== null) this.extend();
    const unread = { state, message: null, positions: [], retain: false, subscriptionIdentifiers: undefined };
    return this.put(packetIdentifier, unread);
  }

  /** It is sent only now. @returns false when nothing was sent after it, or it is over */
  moveToEnd(message: InflightMessage): boolean {
    if (message.sendOrder === this.lastSendOrder || this.get(message.packetIdentifier) !== message)
      return false;
    message.sendOrder = ++this.lastSendOrder;
    return true;
  }

  delete(packetIdentifier: number): void {
    if (this.get(packetIdentifier) === undefined) return;
    this.places[this.placeOf(packetIdentifier)] = null;
    this.count--;
    if (this.count === 0 && this.places.length > FEW_PLACES) this.places = NO_PLACES;
  }

  /** In the order of sending, as they are now. */
  values(): InflightMessage[] {
    return this.places.filter((message) => message !== null).sort((a, b) => a.sendOrder - b.sendOrder);
  }

  toRecords(): InflightRecord[] {
    const records: InflightRecord[] = [];
    for (const { packetIdentifier, state, positions } of this.values()) {
      if (state === 'pubrel') records.push({ packetIdentifier, state, filterId: 0, sequence: 0 });
      for (const { cursor, sequence } of positions) {
        // What a shared group lent goes back to the group with the connection.
        if (cursor.owner.id === SHARED_GROUP) continue;
        records.push({ packetIdentifier, state, filterId: cursor.log.id, sequence });
      }
    }
    return records;
  }

  private placeOf(packetIdentifier: number): number {
    return packetIdentifier & (this.places.length - 1);
  }

  private put(
    packetIdentifier: number,
    { state, message, positions, retain, subscriptionIdentifiers }: Sent,
  ): InflightMessage {
    const sendOrder = ++this.lastSendOrder;
    const entry = { packetIdentifier, sendOrder, state, message, positions, retain, subscriptionIdentifiers };
    this.places[this.placeOf(packetIdentifier)] = entry;
    this.count++;
    return entry;
  }

  /** Identifiers whose low bits differ still differ with one bit more. */
  private extend(): void {
    const former = this.places;
    this.places = new Array<InflightMessage | null>(Math.max(FEW_PLACES, former.length * 2)).fill(null);
    for (const message of former) {
      if (message !== null) this.places[this.placeOf(message.packetIdentifier)] = message;
    }
  }
}
