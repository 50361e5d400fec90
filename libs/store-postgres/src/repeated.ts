/** Work that is done over and over, one turn after the other. */
export class Repeated {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<void> | null = null;
  private isClosed = false;

  /** @param work a turn, which never rejects. Returns how long to pause then, in ms */
  constructor(private readonly work: () => Promise<number>) {}

  /** The first turn begins in so many ms. */
  startIn(ms: number): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.turn = this.work().then((pause) => this.startIn(pause));
    }, ms);
  }

  /** Resolves when the turn under way is over. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.turn;
  }
}
