import { STALL_MS } from '../limits.ts';

/** How long others wait for a client that is behind. */
export class Patience {
  private behindSince = 0;
  /** It has been behind for so long that nobody waits for it any more, until it has caught up. */
  isOver = false;

  /** Called about once a second. */
  check(isBehind: boolean, now: number): void {
    if (!isBehind) this.behindSince = 0;
    else if (this.behindSince === 0) this.behindSince = now;
    else if (now - this.behindSince >= STALL_MS) this.isOver = true;
  }

  /** The client has caught up. */
  restore(): void {
    this.behindSince = 0;
    this.isOver = false;
  }
}
