/** A reader who has asked, and for whom there was nothing new. */
interface Waiting<Value> {
  resolve(result: IteratorResult<Value>): void;
  reject(error: Error): void;
}

/**
 * Values for one reader, who takes them at their own pace: none is gathered here. `take` tells what is new when the
 * reader asks, so that who is slow gets the newest state and misses what was between.
 */
export class Pulled<Value> implements AsyncIterableIterator<Value> {
  private isOver = false;
  private failure: Error | null = null;
  private waiting: Waiting<Value> | null = null;
  private readonly onEnd: (() => void)[] = [];

  /** @param take what is new; undefined: nothing is */
  constructor(private readonly take: () => Value | undefined) {}

  get hasEnded(): boolean {
    return this.isOver;
  }

  /** Calls it once, when the reader has gone or the values have ended. */
  whenEnded(call: () => void): void {
    if (this.isOver) call();
    else this.onEnd.push(call);
  }

  /** There may be something new. */
  wake(): void {
    if (this.waiting === null) return;
    const value = this.take();
    if (value === undefined) return;
    this.waiting.resolve({ done: false, value });
    this.waiting = null;
  }

  /** Ends with an error, which the reader gets next. */
  fail(error: Error): void {
    if (this.isOver) return;
    if (this.waiting === null) this.failure = error;
    else this.waiting.reject(error);
    this.end();
  }

  /** One call at a time. */
  async next(): Promise<IteratorResult<Value>> {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    if (this.isOver) return { done: true, value: undefined };
    const value = this.take();
    if (value !== undefined) return { done: false, value };
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  return(): Promise<IteratorResult<Value>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.waiting?.resolve({ done: true, value: undefined });
    this.waiting = null;
    for (const call of this.onEnd) call();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
