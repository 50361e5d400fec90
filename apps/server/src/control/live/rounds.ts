import type { Watched } from './look.ts';

/** How often what is watched is looked at, at the most. */
const EVERY_MS = 1_000;
/** Of the time: the share in which looking at one thing keeps the server and a database connection busy. */
const SHARE = 0.1;
/** What is due in so little time is looked at in this round: timers are not exact. */
const TOLERANCE_MS = 100;

/**
 * Looks at everything that is watched in a tenant, one thing after the other, over and over: about once a second, or as
 * seldom as it takes not to be busy with a thing for more than a tenth of the time, nor with all of a tenant's for
 * more than half of it. Each tenant's watchers wait for each other alone.
 */
export class Rounds {
  private readonly tenants = new Map<number, TenantRounds>();

  /** What is watched under a name, begun by `make` when it is not. Whoever asks must become its reader at once. */
  watch<Thing extends Watched>(tenantId: number, name: string, make: () => Thing): Thing {
    let tenant = this.tenants.get(tenantId);
    if (tenant === undefined) {
      tenant = new TenantRounds(() => this.tenants.delete(tenantId));
      this.tenants.set(tenantId, tenant);
    }
    return tenant.watch(name, make);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.tenants.values()].map((tenant) => tenant.stop()));
  }
}

class TenantRounds {
  private readonly watched = new Map<string, { thing: Watched; dueAt: number }>();
  private readonly running: Promise<void>;
  private isStopped = false;
  private endPause: () => void = () => undefined;

  constructor(private readonly onIdle: () => void) {
    this.running = this.run();
  }

  watch<Thing extends Watched>(name: string, make: () => Thing): Thing {
    // A name stands for one kind of thing.
    const present = this.watched.get(name)?.thing as Thing | undefined;
    if (present !== undefined) return present;
    const thing = make();
    this.watched.set(name, { thing, dueAt: 0 });
    return thing;
  }

  /** Begins with the pause: what is new is looked at by its first reader. */
  private async run(): Promise<void> {
    let spent = 0;
    do {
      await this.pause(Math.max(EVERY_MS - spent, spent));
      const startedAt = performance.now();
      await this.lookAtWhatIsDue();
      spent = performance.now() - startedAt;
    } while (this.watched.size > 0 && !this.isStopped);
    this.onIdle();
  }

  private async lookAtWhatIsDue(): Promise<void> {
    // All at once: what belongs together goes together.
    for (const [name, { thing }] of this.watched) if (thing.isIdle()) this.watched.delete(name);
    for (const watched of this.watched.values()) {
      const { thing, dueAt } = watched;
      const startedAt = performance.now();
      if (this.isStopped || thing.isIdle() || dueAt > startedAt + TOLERANCE_MS) continue;
      const spent = await thing.look();
      watched.dueAt = Math.max(startedAt + EVERY_MS, performance.now() + spent * (1 / SHARE - 1));
    }
  }

  private async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endPause = resolve;
      timer = setTimeout(resolve, this.isStopped ? 0 : ms);
    });
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.endPause();
    await this.running;
  }
}
