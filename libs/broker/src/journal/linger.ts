/** Time between two looks; a commit waits for at most two of them. */
const LINGER_MS = 1;

/** Most commits that do not wait after one that waited in vain. */
const MAX_IMPATIENCE = 63;

/**
 * How long a commit waits for acknowledgements that would make it needless. Where subscribers are quick that saves
 * nearly all commits; where it was in vain the next commits do not wait, twice as many each time.
 */
export class Linger {
  private timer: NodeJS.Timeout | null = null;
  /** How much waited already at the last look. */
  seen = 0;
  private impatience = 0;
  private lastImpatience = 0;

  constructor(private readonly look: () => void) {}

  /** Asked before a commit: whether it should wait. */
  get isWorthwhile(): boolean {
    return this.impatience === 0;
  }

  /** The next look comes soon; `waiting` is what waits for it now. */
  start(waiting: number): void {
    if (this.timer !== null) return;
    this.seen = waiting;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.look();
    }, LINGER_MS);
  }

  /** What the look found: something that was there at the last one still waits, or all of it could be dropped. */
  end(isInVain: boolean, waiting: number): void {
    if (isInVain) {
      this.lastImpatience = Math.min(this.lastImpatience * 2 + 1, MAX_IMPATIENCE);
      this.impatience = this.lastImpatience;
      return;
    }
    this.lastImpatience = 0;
    if (waiting > 0) this.start(waiting);
  }

  /** A commit goes without waiting any longer. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.impatience > 0) this.impatience--;
  }
}
