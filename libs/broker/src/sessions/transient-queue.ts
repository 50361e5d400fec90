import type { QoS } from '@restante/mqtt-codec';
import { LONG_QUEUE_BYTES, LONG_QUEUE_MESSAGES } from '../limits.ts';
import type { Message } from '../message.ts';

/** A message for one subscriber, as its subscription says it is to be sent. */
export interface Delivery {
  message: Message;
  qos: QoS;
  retain: boolean;
  subscriptionIdentifiers: number[] | undefined;
}

/** What waits, in memory, for a session that ends with its connection. First in, first out. */
export class TransientQueue {
  private deliveries: Delivery[] = [];
  private start = 0;
  bytes = 0;
  /** It has become longer than its client is soon done with, and has not shrunk to half of that since. */
  isLong = false;

  get length(): number {
    return this.deliveries.length - this.start;
  }

  /** In order, the first to be sent first. */
  values(): Delivery[] {
    return this.deliveries.slice(this.start);
  }

  /** Takes out what is unwanted. @returns that, in order */
  removeWhere(isUnwanted: (delivery: Delivery) => boolean): Delivery[] {
    const removed: Delivery[] = [];
    const kept: Delivery[] = [];
    for (const delivery of this.values()) (isUnwanted(delivery) ? removed : kept).push(delivery);
    this.deliveries = kept;
    this.start = 0;
    this.bytes = kept.reduce((sum, { message }) => sum + message.size, 0);
    return removed;
  }

  push(delivery: Delivery): void {
    this.deliveries.push(delivery);
    this.bytes += delivery.message.size;
    if (this.length > LONG_QUEUE_MESSAGES || this.bytes > LONG_QUEUE_BYTES) this.isLong = true;
  }

  shift(): Delivery | undefined {
    if (this.start === this.deliveries.length) return undefined;
    const delivery = this.deliveries[this.start++];
    this.bytes -= delivery.message.size;
    if (this.start === this.deliveries.length || this.start > 1_024) {
      this.deliveries = this.deliveries.slice(this.start);
      this.start = 0;
    }
    if (this.length <= LONG_QUEUE_MESSAGES / 2 && this.bytes <= LONG_QUEUE_BYTES / 2) this.isLong = false;
    return delivery;
  }
}
