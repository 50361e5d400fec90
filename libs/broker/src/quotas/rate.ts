/** What is saved up while nothing happens, in seconds of the rate. */
const BURST_SECONDS = 1;

/** A token bucket: so much a second, and after a pause as much as a second brings. */
export class Rate {
  private saved: number;
  private at: number;

  /** @param perSecond above 0 */
  constructor(
    private readonly perSecond: number,
    now: number,
  ) {
    this.saved = this.most;
    this.at = now;
  }

  /** A single thing is always possible, however low the rate. */
  private get most(): number {
    return Math.max(1, this.perSecond * BURST_SECONDS);
  }

  /** @returns false when it is too soon, and nothing is taken then */
  take(now: number): boolean {
    this.refill(now);
    if (this.saved < 1) return false;
    this.saved--;
    return true;
  }

  /** Takes what has happened already. @returns for how many milliseconds nothing more should */
  charge(amount: number, now: number): number {
    this.refill(now);
    this.saved -= amount;
    return this.saved >= 0 ? 0 : (-this.saved * 1_000) / this.perSecond;
  }

  private refill(now: number): void {
    // A clock that is set back brings nothing.
    const passed = Math.max(0, now - this.at);
    this.saved = Math.min(this.most, this.saved + (passed * this.perSecond) / 1_000);
    this.at = now;
  }
}
