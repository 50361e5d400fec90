import { type Cursor, SHARED_GROUP } from '../logs/cursor.ts';
import { type Message } from '../message.ts';
import { PacketIdentifiers } from './packet-identifiers.ts';
import { type InflightRecord } from '../ports.ts';

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
  state: InflightRecord['state'];
  /** null: not read from the store yet, or no longer needed (`pubrel`). */
  message: Message | null;
  /** Where it lies in the logs; empty for sessions that end with the connection, and in state `pubrel`. */
  positions: LogPosition[];
  /** How it was sent, for a session that ends with its connection; others follow from the positions. */
  retain: boolean;
  subscriptionIdentifiers: number[] | undefined;
}

/** A session's window of messages in flight, in the order in which they were first sent. */
export class Inflight {
  private readonly messages = new Map<number, InflightMessage>();
  private readonly identifiers = new PacketIdentifiers();
  /** The one that was put in last. */
  private last: InflightMessage | null = null;

  get size(): number {
    return this.messages.size;
  }

  get(packetIdentifier: number): InflightMessage | undefined {
    return this.messages.get(packetIdentifier);
  }

  /** @returns undefined when all packet identifiers are in use */
  start(entry: Omit<InflightMessage, 'packetIdentifier'>): InflightMessage | undefined {
    const packetIdentifier = this.identifiers.next((identifier) => this.messages.has(identifier));
    if (packetIdentifier === 0) return undefined;
    const message = { packetIdentifier, ...entry };
    this.messages.set(packetIdentifier, message);
    this.last = message;
    return message;
  }

  /** Puts back what the store remembers; calls must be in the order of sending. */
  restore(message: InflightMessage): void {
    this.messages.set(message.packetIdentifier, message);
  }

  /** It is sent only now. @returns false when it was the last one already, or is over */
  moveToEnd(message: InflightMessage): boolean {
    const { packetIdentifier } = message;
    if (this.messages.get(packetIdentifier) !== message || this.last === message) return false;
    this.messages.delete(packetIdentifier);
    this.messages.set(packetIdentifier, message);
    this.last = message;
    return true;
  }

  delete(packetIdentifier: number): void {
    this.messages.delete(packetIdentifier);
  }

  values(): IterableIterator<InflightMessage> {
    return this.messages.values();
  }

  toRecords(): InflightRecord[] {
    const records: InflightRecord[] = [];
    for (const { packetIdentifier, state, positions } of this.messages.values()) {
      if (state === 'pubrel') records.push({ packetIdentifier, state, filterId: 0, sequence: 0 });
      for (const { cursor, sequence } of positions) {
        // What a shared group lent goes back to the group with the connection.
        if (cursor.owner.id === SHARED_GROUP) continue;
        records.push({ packetIdentifier, state, filterId: cursor.log.id, sequence });
      }
    }
    return records;
  }
}
