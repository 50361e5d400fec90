/** Too many wait already. */
export class TooManyWaitError extends Error {
  override readonly name = 'TooManyWaitError';
}

type Task = () => Promise<void>;

/**
 * Costly work, a little at a time: so much of it goes on at once, and whose it is take turns, so that nobody's many
 * keep another's one waiting.
 */
export class ByTurns<Owner> {
  /** Of those who have work waiting; the next in turn first. */
  private readonly waiting = new Map<Owner, Task[]>();
  private running = 0;

  constructor(
    private readonly atOnce: number,
    private readonly maxWaitingOfOne: number,
  ) {}

  /** @throws TooManyWaitError when too much of this owner's waits */
  run<Result>(owner: Owner, work: () => Promise<Result>): Promise<Result> {
    const tasks = this.waiting.get(owner) ?? [];
    if (tasks.length >= this.maxWaitingOfOne) return Promise.reject(new TooManyWaitError('Too many wait'));
    return new Promise((resolve, reject) => {
      tasks.push(() => work().then(resolve, reject));
      this.waiting.set(owner, tasks);
      this.begin();
    });
  }

  private begin(): void {
    while (this.running < this.atOnce) {
      const [next] = this.waiting;
      if (next === undefined) return;
      const [owner, tasks] = next;
      const task = tasks.shift()!;
      this.waiting.delete(owner);
      if (tasks.length > 0) this.waiting.set(owner, tasks);
      this.running++;
      void task().finally(() => {
        this.running--;
        this.begin();
      });
    }
  }
}
