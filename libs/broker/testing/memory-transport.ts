import type { Transport } from '../src/ports.ts';

/** One connection without a network: what the broker writes comes to `onBytes`, a turn later and in order. */
export class MemoryTransport implements Transport {
  readonly kind = 'tcp';
  readonly remoteAddress = 'memory';
  /** Set it to make the client look slow. */
  bufferedBytes = 0;
  onData: (chunk: Buffer) => void = () => undefined;
  onDrain: () => void = () => undefined;
  onClose: (error?: Error) => void = () => undefined;

  /** The client's side. */
  onBytes: (bytes: Buffer) => void = () => undefined;
  onEnd: () => void = () => undefined;

  private isPaused = false;
  private isClosed = false;
  private readonly unread: Buffer[] = [];

  write(bytes: Buffer, written?: () => void): boolean {
    setImmediate(() => {
      this.onBytes(Buffer.from(bytes));
      // Whoever still needs them for something else is found out.
      bytes.fill(0xff);
      written?.();
    });
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    setImmediate(() => this.deliver());
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    setImmediate(() => {
      this.onEnd();
      this.onClose();
    });
  }

  /** Bytes from the client; kept while the broker does not read. */
  receive(bytes: Buffer): void {
    this.unread.push(bytes);
    this.deliver();
  }

  private deliver(): void {
    while (!this.isPaused && !this.isClosed && this.unread.length > 0) this.onData(this.unread.shift()!);
  }
}
