const MIN_BYTES = 1_024;
const MAX_KEPT_BYTES = 64 * 1024;

/** What a connection writes in one turn, gathered so that it goes to the socket in one piece. */
export class OutgoingBuffer {
  bytes: Buffer = Buffer.alloc(0);
  /** Bytes written; the writer moves it. */
  length = 0;
  /** What the last turns took, so that the next one seldom has to grow. */
  private expected = MIN_BYTES;

  /** Makes room for `size` more bytes; returns where they begin. */
  reserve(size: number): number {
    const needed = this.length + size;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.expected, needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    return this.length;
  }

  /** Gives away what was written; the next turn begins with nothing. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.expected = Math.min(MAX_KEPT_BYTES, Math.max(MIN_BYTES, this.length));
    this.bytes = Buffer.alloc(0);
    this.length = 0;
    return taken;
  }

  /** Forgets what was written: nobody will take it. */
  discard(): void {
    this.bytes = Buffer.alloc(0);
    this.length = 0;
  }
}
