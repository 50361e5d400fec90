const MIN_BYTES = 64;
const MAX_EXPECTED_BYTES = 64 * 1024;

/** Small pieces of memory are cut from large ones, which are free again when all their pieces are. */
const SLAB_BYTES = 64 * 1024;
const MAX_PIECE_BYTES = SLAB_BYTES / 8;
let slab = Buffer.alloc(0);
let slabUsed = 0;

function allocate(size: number): Buffer {
  if (size > MAX_PIECE_BYTES) return Buffer.allocUnsafeSlow(size);
  if (slabUsed + size > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  slabUsed += size;
  return slab.subarray(slabUsed - size, slabUsed);
}

const NOTHING = Buffer.alloc(0);

/** What a connection writes in one turn, gathered so that it goes to the socket in one piece. */
export class OutgoingBuffer {
  bytes: Buffer = NOTHING;
  /** Bytes written; the writer moves it. */
  length = 0;
  /** What the last turns took, so that the next one seldom has to grow. */
  private expected = MIN_BYTES;

  /** Makes room for `size` more bytes; returns where they begin. */
  reserve(size: number): number {
    const needed = this.length + size;
    if (needed > this.bytes.length) {
      const grown = allocate(Math.max(this.expected, needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    return this.length;
  }

  /** Gives away what was written; the next turn begins with nothing. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.expected = Math.min(MAX_EXPECTED_BYTES, Math.max(MIN_BYTES, this.length));
    this.bytes = NOTHING;
    this.length = 0;
    return taken;
  }

  /** Forgets what was written: nobody will take it. */
  discard(): void {
    this.bytes = NOTHING;
    this.length = 0;
  }
}
