import type { Framing } from './framing.ts';
import { ANSWER_BYTES, writeAnswer } from './templates.ts';

/** As many answers as the largest chunk a socket is read in can ask for. */
const CAPACITY = 16_384;

/** The acknowledgements that one chunk of received bytes asks for, to go out in one write. */
export class Answers {
  private readonly scratch: Buffer;
  private readonly mask: Uint8Array;
  private readonly headBytes: number;
  private readonly size: number;
  private length = 0;

  constructor(framing: Framing) {
    const head = framing.head(ANSWER_BYTES);
    this.mask = framing.mask;
    this.headBytes = head.length;
    this.size = head.length + ANSWER_BYTES;
    this.scratch = Buffer.alloc(CAPACITY * this.size);
    // Heads are all alike: they stay where they are, and only what follows them is written again.
    for (let at = 0; at < this.scratch.length; at += this.size) this.scratch.set(head, at);
  }

  /** Whether {@link take} must be called before the next {@link add}. */
  get isFull(): boolean {
    return this.length === this.scratch.length;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  add(type: number, packetId: number): void {
    writeAnswer(this.scratch, this.length + this.headBytes, type, packetId, this.mask);
    this.length += this.size;
  }

  /** Copies, since the socket may hold on to what it is given while the next chunk is answered. */
  take(): Buffer {
    const bytes = Buffer.from(this.scratch.subarray(0, this.length));
    this.length = 0;
    return bytes;
  }
}
