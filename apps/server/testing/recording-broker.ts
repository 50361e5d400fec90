import type { Broker, Transport } from '@restante/broker';

const FILLED_BYTES = 1024 * 1024;

/** A connection as the broker would get it, and what came over it. */
export class Accepted {
  received = Buffer.alloc(0);
  /** How often `onDrain` was called. */
  drains = 0;
  /** What `onClose` was called with, each time. */
  readonly closes: (Error | undefined)[] = [];
  private onNews: () => void = () => undefined;

  constructor(readonly transport: Transport) {
    transport.onData = (chunk) => this.note(() => (this.received = Buffer.concat([this.received, chunk])));
    transport.onDrain = () => this.note(() => this.drains++);
    transport.onClose = (error) => this.note(() => this.closes.push(error));
  }

  private note(change: () => void): void {
    change();
    this.onNews();
  }

  /** Writes until 1 MiB waits to be read by a client that does not read. @returns what the last write said */
  fill(): boolean {
    let isTaken = true;
    while (this.transport.bufferedBytes < FILLED_BYTES)
      isTaken = this.transport.write(Buffer.alloc(64 * 1024));
    return isTaken;
  }

  /** Resolves as soon as `condition` holds; looks whenever something came. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.onNews = resolve));
  }
}

/** Stands in for the broker where only the listener before it is looked at. */
export class RecordingBroker {
  private readonly accepted: Accepted[] = [];
  private onNews: () => void = () => undefined;
  /** How many connections reached it. */
  count = 0;

  accept(transport: Transport): void {
    this.count++;
    this.accepted.push(new Accepted(transport));
    this.onNews();
  }

  /** The next connection, in the order in which they came. */
  async next(): Promise<Accepted> {
    while (this.accepted.length === 0) await new Promise<void>((resolve) => (this.onNews = resolve));
    return this.accepted.shift()!;
  }

  get asBroker(): Broker {
    return this as unknown as Broker;
  }
}
