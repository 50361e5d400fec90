/**
 * Reads that come together are made together: while as many calls are under way as may, or the last one has only just
 * begun, requests gather and go as one. The order of answers is that of the requests; a failed call rejects all of its
 * requests.
 */
export class GroupRead<Request, Answer> {
  private gathering: {
    request: Request;
    resolve: (answer: Answer) => void;
    reject: (error: Error) => void;
  }[] = [];
  private readsUnderWay = 0;
  private lastBeganAt = 0;

  constructor(
    private readonly read: (requests: Request[]) => Promise<Answer[]>,
    /** Most requests in one call. */
    private readonly limit: number,
    /** Calls under way at a time. */
    private readonly parallel = 1,
    /** Milliseconds from the beginning of a call to that of the next, unless that one is full. */
    private readonly interval = 0,
  ) {}

  get(request: Request): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.gathering.push({ request, resolve, reject });
      if (this.readsUnderWay < this.parallel) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.readsUnderWay++;
    // What the same turn of the event loop asks for goes with the first call.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.gathering.length > 0) {
      await this.keepInterval();
      const group = this.gathering.splice(0, this.limit);
      try {
        const answers = await this.read(group.map(({ request }) => request));
        group.forEach(({ resolve }, index) => resolve(answers[index]));
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
    this.readsUnderWay--;
  }

  private async keepInterval(): Promise<void> {
    if (this.interval === 0 || this.gathering.length >= this.limit) return;
    const pause = this.lastBeganAt + this.interval - performance.now();
    if (pause > 0) {
      await new Promise<void>((resolve) => setTimeout(resolve, pause));
    }
    this.lastBeganAt = performance.now();
  }
}
