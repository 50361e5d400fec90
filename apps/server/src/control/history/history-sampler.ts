import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Inspection, Logger, TenantTraffic } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { INSPECTION, LOG, PRISMA } from '../providers.ts';
import { deleteOld, keepSamples, PLATFORM, rollUp, type Sample } from './history-rows.ts';
import { beginOf, KEPT, ROLL_UPS, STEP_SECONDS } from './history-steps.ts';

const STEP_MS = STEP_SECONDS * 1_000;
const TIDY_SECONDS = 60;
/** Old samples removed in one go, in pieces. */
const MAX_PIECES = 20;
const NOTHING: TenantTraffic = { messagesIn: 0, messagesOut: 0, bytesIn: 0, droppedMessages: 0 };

/**
 * Keeps what charts show: every ten seconds a sample of each tenant with something to show, every minute what coarser
 * steps lack. What cannot be written, while the database is away, is missing.
 */
@Injectable()
export class HistorySampler implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** At the end of the last step, by tenant. */
  private last: ReadonlyMap<number, TenantTraffic> = new Map();

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(INSPECTION) private readonly inspection: Inspection,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.waitForNextStep();
  }

  /** Steps begin at the same times whenever a server starts. */
  private waitForNextStep(): void {
    this.timer = setTimeout(
      () => {
        this.running = this.endStep(Date.now()).finally(() => {
          if (!this.isStopped) this.waitForNextStep();
        });
      },
      STEP_MS - (Date.now() % STEP_MS),
    );
  }

  private async endStep(now: number): Promise<void> {
    try {
      // The step that has just ended, and not the one that has just begun.
      await this.sample(now - STEP_MS / 2);
      await this.tidy(now);
    } catch (error) {
      if (!this.isStopped)
        this.log.debug({ error: (error as Error).message }, 'A piece of the history could not be kept');
    }
  }

  /** Keeps what has come since the last time, as what the step at this time holds (ms since the epoch). */
  async sample(time: number): Promise<void> {
    const traffic = this.inspection.traffic();
    const { last } = this;
    this.last = traffic;
    const tenantIds = [...traffic.keys()];
    const counts = await this.inspection.counts(tenantIds);
    const samples = tenantIds.map((tenantId, index) => ({
      tenantId,
      ...counts[index],
      ...since(last.get(tenantId) ?? NOTHING, traffic.get(tenantId)!),
    }));
    const platform = samples.reduce(sum, { tenantId: PLATFORM, ...NO_COUNTS, ...NOTHING });
    const shown = [platform, ...samples.filter(holdsSomething)];
    await keepSamples(this.prisma, STEP_SECONDS, beginOf(time / 1_000, STEP_SECONDS), shown);
  }

  /** Makes coarser samples when a step of them has ended, and each minute removes what is not shown any more. */
  async tidy(now: number): Promise<void> {
    const seconds = beginOf(now / 1_000, STEP_SECONDS);
    for (const { fine, coarse } of ROLL_UPS)
      if (seconds % coarse === 0) await rollUp(this.prisma, fine, coarse, seconds);
    if (seconds % TIDY_SECONDS !== 0) return;
    for (const { step, seconds: kept } of KEPT)
      for (let piece = 0; piece < MAX_PIECES; piece++)
        if (!(await deleteOld(this.prisma, step, seconds - kept))) break;
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }
}

const NO_COUNTS = { onlineSessions: 0, offlineSessions: 0, queuedMessages: 0, queuedBytes: 0 };

/** A tenant whose namespace was forgotten counts from nothing again. */
function since(before: TenantTraffic, now: TenantTraffic): TenantTraffic {
  const isAnew = now.messagesIn < before.messagesIn || now.messagesOut < before.messagesOut;
  const from = isAnew ? NOTHING : before;
  return {
    messagesIn: now.messagesIn - from.messagesIn,
    messagesOut: now.messagesOut - from.messagesOut,
    bytesIn: now.bytesIn - from.bytesIn,
    droppedMessages: now.droppedMessages - from.droppedMessages,
  };
}

function sum(total: Sample, one: Sample): Sample {
  const entries = Object.entries(total) as [keyof Sample, number][];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'tenantId' ? PLATFORM : value + one[name]]),
  ) as unknown as Sample;
}

function holdsSomething({ tenantId: _, ...values }: Sample): boolean {
  return Object.values(values).some((value) => value !== 0);
}
