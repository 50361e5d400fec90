import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { mergedOutcome, type Outcome } from './outcome.ts';
import type { ClientPlan, Target } from './plans.ts';
import type { Command, Connected, WorkerData } from './commands.ts';

const WATCH_MS = 5;
/** An exchange in which nothing came any more for so long is over; what is missing is lost. */
const DEFAULT_IDLE_MS = 5_000;
const COUNTERS = 2;

/** Acknowledgements and receipts of all threads since the clients connected. */
export interface Progress {
  acknowledged: number;
  received: number;
}

export interface ExchangeOptions {
  idleMs?: number;
  /** Whether the outcome names every message that was acknowledged and received. */
  evidence?: boolean;
  /** Told every few milliseconds. */
  onProgress?: (progress: Progress) => unknown;
}

/** The worker threads, and the clients dealt out among them. One run at a time. */
export class LoadGenerator {
  private readonly workers: Worker[];
  private readonly progress: Int32Array;
  private target: Target | null = null;
  private deadline = 0;

  /** @param threads at least 1 */
  constructor(threads: number) {
    const bytesEach = COUNTERS * Int32Array.BYTES_PER_ELEMENT;
    const shared = new SharedArrayBuffer(threads * bytesEach);
    this.progress = new Int32Array(shared);
    this.workers = Array.from({ length: threads }, (_, index) => {
      const workerData: WorkerData = { progress: new Int32Array(shared, index * bytesEach, COUNTERS) };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
      // Each command can ask for a message and for an error.
      return worker.setMaxListeners(0);
    });
  }

  /** From now on it does not wait for a processor. @throws Error where that cannot be had */
  async takePrecedence(): Promise<void> {
    await this.all('taking precedence', () => ({ name: 'take-precedence' }));
  }

  /** What follows is against this broker, and is given up `timeoutMs` from now. */
  startRun(target: Target, timeoutMs: number): void {
    this.target = target;
    this.deadline = Date.now() + timeoutMs;
  }

  /** The broker has been started again and may listen elsewhere; the time goes on. */
  retarget(target: Target): void {
    this.target = target;
  }

  /** Resolves when all are connected (and subscribed). @throws Error when one cannot be, or not in time */
  async connect(clients: ClientPlan[]): Promise<Connected> {
    const target = this.target;
    if (target === null) throw new Error('No run was started');
    const parts = await this.all<Connected>('connecting', (index) => ({
      name: 'connect',
      target,
      clients: clients.filter((_, client) => client % this.workers.length === index),
    }));
    return {
      startedAt: Math.min(...parts.map(({ startedAt }) => startedAt)),
      endedAt: Math.max(...parts.map(({ endedAt }) => endedAt)),
      sessionsPresent: parts.reduce((sum, { sessionsPresent }) => sum + sessionsPresent, 0),
    };
  }

  /**
   * Publishers publish, subscribers receive, until all have done all of their plan, nothing comes any more, or (an
   * error) the run's time is over.
   */
  async exchange({
    idleMs = DEFAULT_IDLE_MS,
    evidence = false,
    onProgress,
  }: ExchangeOptions = {}): Promise<Outcome> {
    let last = -1;
    let movedAt = Date.now();
    const watch = setInterval(() => {
      const progress = this.readProgress();
      onProgress?.(progress);
      const sum = progress.acknowledged + progress.received;
      if (sum !== last) movedAt = Date.now();
      last = sum;
      if (Date.now() - movedAt > idleMs) this.stopExchange();
    }, WATCH_MS);
    try {
      return mergedOutcome(await this.all<Outcome>('the exchange', () => ({ name: 'exchange', evidence })));
    } finally {
      clearInterval(watch);
    }
  }

  /** The exchange under way ends with what there is. */
  stopExchange(): void {
    this.workers.forEach((worker) => this.post(worker, { name: 'stop' }));
  }

  /** All clients leave and are forgotten. */
  async disconnect(): Promise<void> {
    await this.all('disconnecting', () => ({ name: 'disconnect' }));
  }

  /** Ends the threads, with whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private readProgress(): Progress {
    const progress = { acknowledged: 0, received: 0 };
    for (let at = 0; at < this.progress.length; at += COUNTERS) {
      progress.acknowledged += Atomics.load(this.progress, at);
      progress.received += Atomics.load(this.progress, at + 1);
    }
    return progress;
  }

  private async all<Result>(what: string, command: (index: number) => Command): Promise<Result[]> {
    const timeout = AbortSignal.timeout(Math.max(1, this.deadline - Date.now()));
    try {
      return await Promise.all(
        this.workers.map(async (worker, index) => {
          const answered = once(worker, 'message', { signal: timeout });
          this.post(worker, command(index));
          const [{ result, error }] = (await answered) as [{ result: Result; error?: string }];
          if (error !== undefined) throw new Error(error);
          return result;
        }),
      );
    } catch (error) {
      const { acknowledged, received } = this.readProgress();
      if (!timeout.aborted) throw error;
      const soFar = `${acknowledged} messages acknowledged, ${received} received`;
      throw new Error(`${what} took longer than the run may: ${soFar}`, { cause: error });
    }
  }

  private post(worker: Worker, command: Command): void {
    worker.postMessage(command);
  }
}
