import { type QoS } from '@restante/mqtt-codec';
import { type Message } from './message.ts';

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

  get length(): number {
    return this.deliveries.length - this.start;
  }

  push(delivery: Delivery): void {
    this.deliveries.push(delivery);
    this.bytes += delivery.message.size;
  }

  shift(): Delivery | undefined {
    if (this.start === this.deliveries.length) return undefined;
    const delivery = this.deliveries[this.start++];
    this.bytes -= delivery.message.size;
    if (this.start === this.deliveries.length || this.start > 1_024) {
      this.deliveries = this.deliveries.slice(this.start);
      this.start = 0;
    }
    return delivery;
  }
}
