import { EventEmitter } from 'node:events';

/** Publishes numbered messages, again and again if need be, until the broker has acknowledged each. */
export interface Publisher {
  /** Client identifier; the messages go to crash/<name>, with <name>:<number> as payload, numbered from 1. */
  readonly name: string;
  readonly qos: 1 | 2;
  readonly progress: Progress;
  close(): Promise<void>;
}

export function topicOf(name: string): string {
  return `crash/${name}`;
}

export function payloadOf(name: string, number: number): string {
  return `${name}:${number}`;
}

/** What a publisher may publish and what of it was acknowledged. Emits 'released', 'acknowledged' and 'error'. */
export class Progress extends EventEmitter<{ released: []; acknowledged: []; error: [Error] }> {
  /** Number of the last message that may be published. */
  released = 0;
  acknowledged = 0;

  release(count: number): void {
    this.released += count;
    this.emit('released');
  }

  acknowledge(): void {
    this.acknowledged++;
    this.emit('acknowledged');
  }

  /** Resolves when everything that was released is acknowledged; rejects on 'error'. */
  finished(): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => this.acknowledged === this.released && resolve();
      this.on('acknowledged', check).once('error', reject);
      check();
    });
  }
}
