const MIN_BYTES = 64;

/** Little output is cut from slabs, which are free again when all that was cut from them is. */
const SLAB_BYTES = 64 * 1024;
const MAX_CUT_BYTES = SLAB_BYTES / 8;
let slab = Buffer.alloc(0);
let slabUsed = 0;

/** More output than that goes into pieces of one size, which are used again and again. */
const PIECE_BYTES = 64 * 1024;
const MAX_SPARE_PIECES = 256;
const sparePieces: Buffer[] = [];

function cut(size: number): Buffer {
  if (slabUsed + size > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  slabUsed += size;
  return slab.subarray(slabUsed - size, slabUsed);
}

const NOTHING = Buffer.alloc(0);

/** What a connection writes in one turn, gathered so that it goes to the socket in few pieces. */
export class OutgoingBuffer {
  bytes: Buffer = NOTHING;
  /** Bytes written; the writer moves it. */
  length = 0;
  /** `bytes`, when they are a piece to be used again; null: they are not. */
  private piece: Buffer | null = null;
  /** What the last turn took, so that the next one seldom has to grow. */
  private expected = MIN_BYTES;

  /** What is there must be taken before `size` more bytes fit. */
  isTooFullFor(size: number): boolean {
    return this.length > 0 && this.length + size > PIECE_BYTES;
  }

  /** Makes room for `size` more bytes; returns where they begin. */
  reserve(size: number): number {
    const needed = this.length + size;
    if (needed > this.bytes.length) this.grow(Math.max(this.expected, needed));
    return this.length;
  }

  private grow(size: number): void {
    const before = this.bytes;
    this.piece = null;
    if (size > PIECE_BYTES) this.bytes = Buffer.allocUnsafeSlow(size);
    else if (size > MAX_CUT_BYTES)
      this.bytes = this.piece = sparePieces.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
    else this.bytes = cut(Math.min(MAX_CUT_BYTES, Math.max(size, before.length * 2)));
    before.copy(this.bytes, 0, 0, this.length);
  }

  /**
   * Gives away what was written; the next turn begins with nothing. `written` must be called when the bytes are not
   * needed any more: they are used again then.
   */
  take(): { bytes: Buffer; written: (() => void) | undefined } {
    const { piece } = this;
    const bytes = this.bytes.subarray(0, this.length);
    this.expected = Math.min(PIECE_BYTES, Math.max(MIN_BYTES, this.length));
    this.discard();
    return { bytes, written: piece === null ? undefined : () => useAgain(piece) };
  }

  /** Forgets what was written: nobody will take it. */
  discard(): void {
    this.bytes = NOTHING;
    this.length = 0;
    this.piece = null;
  }
}

function useAgain(piece: Buffer): void {
  if (sparePieces.length < MAX_SPARE_PIECES) sparePieces.push(piece);
}
