import { type Engine } from '../engine.ts';
import { StoreUnavailableError } from '../errors.ts';
import { LOOK_EVERY_MS } from '../limits.ts';
import { type Namespace } from '../namespace.ts';
import { type Store } from '../ports.ts';

/** Looks at the queues of those tenants of which somebody wants to know how full they are. */
export class Lookout {
  private timer: NodeJS.Timeout | null = null;
  private isLooking = false;

  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly namespaces: () => Iterable<Namespace>,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      for (const { queueWatch } of this.namespaces()) await queueWatch?.look(this.store);
    } catch (error) {
      // With the database away it is looked again when it is back.
      if (!(error instanceof StoreUnavailableError))
        this.engine.log.error({ error: (error as Error).stack }, 'Queues could not be looked at');
    } finally {
      this.isLooking = false;
    }
  }
}
