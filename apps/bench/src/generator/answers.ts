import { writeAnswer } from './templates.ts';

const ANSWER_BYTES = 4;
/** As many answers as the largest chunk a socket is read in can ask for. */
const CAPACITY_BYTES = 65_536;

/** The acknowledgements that one chunk of received bytes asks for, to go out in one write. */
export class Answers {
  private readonly scratch = Buffer.allocUnsafe(CAPACITY_BYTES);
  private length = 0;

  /** Whether {@link take} must be called before the next {@link add}. */
  get isFull(): boolean {
    return this.length === CAPACITY_BYTES;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  add(type: number, packetId: number): void {
    writeAnswer(this.scratch, this.length, type, packetId);
    this.length += ANSWER_BYTES;
  }

  /** Copies, since the socket may hold on to what it is given while the next chunk is answered. */
  take(): Buffer {
    const bytes = Buffer.from(this.scratch.subarray(0, this.length));
    this.length = 0;
    return bytes;
  }
}
