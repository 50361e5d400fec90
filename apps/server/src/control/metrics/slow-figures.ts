import { Inject, Injectable } from '@nestjs/common';
import type { Inspection, Logger, StoredDepths, TenantCounts } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { INSPECTION, LOG, PRISMA } from '../providers.ts';

/** Greatest numbers of messages in the queues of a bucket. */
export const DEPTH_BOUNDS = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;

const REFRESH_MS = 10_000;
/** It rests so many times as long as it took, so that it never keeps the database busy. */
const REST_PER_LOOK = 20;
/** The first scrape waits so long for them; others get what is known. */
const FIRST_WAIT_MS = 2_000;
/** Names of tenants that are asked for at once. */
const MAX_NAMES = 1_000;

/** What the database must be asked for. */
export interface SlowFigures {
  /** `performance.now()` of when they were looked at. */
  at: number;
  counts: ReadonlyMap<number, TenantCounts>;
  depths: StoredDepths;
}

/**
 * Figures that a scrape does not wait for: looked at in the background, after a scrape has found them old. So nothing is
 * asked where nobody scrapes, and a scrape answers while the database is away.
 */
@Injectable()
export class SlowFiguresReader {
  private latest: SlowFigures | null = null;
  private looking: Promise<void> | null = null;
  private dueAt = 0;
  /** Of tenants, which never change. */
  readonly slugs = new Map<number, string>();

  constructor(
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Those known last; null: none are known yet. */
  async read(tenantIds: readonly number[]): Promise<SlowFigures | null> {
    if (this.looking === null && performance.now() >= this.dueAt) {
      this.looking = this.look(tenantIds).finally(() => (this.looking = null));
    }
    if (this.latest === null && this.looking !== null) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, FIRST_WAIT_MS)));
      await Promise.race([this.looking, patience]);
      clearTimeout(timer);
    }
    return this.latest;
  }

  private async look(tenantIds: readonly number[]): Promise<void> {
    const startedAt = performance.now();
    try {
      const counts = await this.inspection.counts([...tenantIds]);
      const depths = await this.inspection.queueDepths(DEPTH_BOUNDS);
      await this.learnNames(tenantIds);
      const byTenant = new Map(tenantIds.map((tenantId, index) => [tenantId, counts[index]]));
      this.latest = { at: startedAt, counts: byTenant, depths };
    } catch (error) {
      this.log.debug({ error: (error as Error).message }, 'Figures of queues could not be read');
    }
    const took = performance.now() - startedAt;
    this.dueAt = startedAt + Math.max(REFRESH_MS, took * REST_PER_LOOK);
  }

  private async learnNames(tenantIds: readonly number[]): Promise<void> {
    const present = new Set(tenantIds);
    for (const id of this.slugs.keys()) if (!present.has(id)) this.slugs.delete(id);
    const unknown = tenantIds.filter((id) => !this.slugs.has(id)).slice(0, MAX_NAMES);
    if (unknown.length === 0) return;
    const where = { id: { in: unknown } };
    const found = await this.prisma.tenant.findMany({ where, select: { id: true, slug: true } });
    for (const { id, slug } of found) this.slugs.set(id, slug);
  }
}
