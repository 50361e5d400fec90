const FIXED_HEADER_BYTES = 5;

/**
 * Collects one packet that does not lie in one chunk. Its buffer doubles up to the packet's size, so that every byte is
 * copied a constant number of times and a sender has to send half of what is set aside for it.
 */
export class PacketAssembly {
  /** Bytes of the whole packet; undefined until its fixed header is there. */
  size: number | undefined = undefined;

  #bytes = Buffer.allocUnsafe(FIXED_HEADER_BYTES);
  #length = 0;

  /** The first `length` bytes are there. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Takes at most `count` bytes of `chunk` from `position`; returns the position behind them. */
  take(chunk: Buffer, position: number, count: number): number {
    const taken = Math.min(count, chunk.length - position);
    this.#reserve(this.#length + taken);
    chunk.copy(this.#bytes, this.#length, position, position + taken);
    this.#length += taken;
    return position + taken;
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const doubled = Math.max(needed, 2 * this.#bytes.length);
    const grown = Buffer.allocUnsafe(Math.min(doubled, this.size ?? doubled));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
