import type { Engine } from '../engine.ts';
import { StoreUnavailableError } from '../errors.ts';
import { LOOK_EVERY_MS, MAX_LOOK_PAUSE_MS, REST_PER_LOOK } from '../limits.ts';
import type { Namespace } from '../namespace.ts';
import type { Store } from '../ports.ts';

/**
 * Looks at the queues of those tenants of which somebody wants to know how full they are: about once a second, and the
 * less often the longer it takes, so that it never keeps the database busy.
 */
export class Lookout {
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly namespaces: () => Iterable<Namespace>,
  ) {}

  start(): void {
    this.lookIn(LOOK_EVERY_MS);
  }

  stop(): void {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private lookIn(ms: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      const startedAt = performance.now();
      void this.look().then(() => {
        const pause = (performance.now() - startedAt) * REST_PER_LOOK;
        this.lookIn(Math.min(Math.max(pause, LOOK_EVERY_MS), MAX_LOOK_PAUSE_MS));
      });
    }, ms);
  }

  private async look(): Promise<void> {
    try {
      for (const { queueWatch } of this.namespaces()) await queueWatch?.look(this.store);
    } catch (error) {
      // With the database away it is looked again when it is back.
      if (!(error instanceof StoreUnavailableError))
        this.engine.log.error({ error: (error as Error).stack }, 'Queues could not be looked at');
    }
  }
}
