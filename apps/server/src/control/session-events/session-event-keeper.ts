import type { Logger, Observer, Occurrence } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { pruneEvents, putEvents, type SessionEventRow, trimEvents } from './session-event-rows.ts';
import { KEPT_OCCURRENCES, type SessionEvent, toSessionEvent } from './session-events.ts';

/** How much of sessions' histories is kept, and how much of it waits to be. */
export interface SessionEventLimits {
  /** Between two writes, of one tenant and of all; with the database away, until it is back. */
  maxUnwrittenATenant: number;
  maxUnwritten: number;
  /** Of a client identifier. It may have some more for a while. */
  maxAClient: number;
  /** Of a tenant. It may have some more for a while. */
  maxATenant: number;
  keptMs: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_LIMITS: SessionEventLimits = {
  ...{ maxUnwrittenATenant: 50_000, maxUnwritten: 100_000 },
  ...{ maxAClient: 50, maxATenant: 1_000_000 },
  keptMs: 30 * DAY_MS,
};

const FLUSH_MS = 1_000;
const PRUNE_MS = 5 * 60_000;
const WRITTEN_AT_ONCE = 2_000;
const PRUNED_AT_ONCE = 10_000;
/** Old events are removed in pieces; the rest the next time. */
const MAX_PIECES = 50;
/** One event in so many has its client's events counted: all of them would cost as much as writing them. */
const TRIM_ONE_IN = 8;

/**
 * Keeps the lives of sessions that outlive their connections. What happens is gathered in memory and written together,
 * about once a second, so that nobody who connects waits for it; a crash loses what was not written. What is more than
 * may wait is dropped, the newest first, and counted.
 *
 * `start` -> `stop`
 */
export class SessionEventKeeper implements Observer {
  readonly always = KEPT_OCCURRENCES;
  /** Events that were not kept, since the start: too many waited to be written. */
  droppedEvents = 0;
  private toldDropped = 0;
  private unwritten: SessionEventRow[] = [];
  private readonly unwrittenOf = new Map<number, number>();
  private lastId = 0;
  private writing: Promise<void> = Promise.resolve();
  private pruning: Promise<void> = Promise.resolve();
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly prisma: PrismaClient,
    private readonly log: Logger,
    private readonly limits: SessionEventLimits = DEFAULT_LIMITS,
  ) {}

  start(): void {
    this.timers.push(
      setInterval(() => void this.flush(), FLUSH_MS),
      setInterval(() => (this.pruning = this.pruning.then(() => this.prune())), PRUNE_MS),
    );
  }

  happened(tenantId: number, occurrence: Occurrence): void {
    const event = toSessionEvent(occurrence);
    if (event !== null) this.add(tenantId, event);
  }

  add(tenantId: number, event: SessionEvent): void {
    const { maxUnwritten, maxUnwrittenATenant } = this.limits;
    const ofTenant = this.unwrittenOf.get(tenantId) ?? 0;
    if (ofTenant >= maxUnwrittenATenant || this.unwritten.length >= maxUnwritten) {
      this.droppedEvents++;
      return;
    }
    this.unwrittenOf.set(tenantId, ofTenant + 1);
    this.lastId = Math.max(this.lastId + 1, event.at * 1_000);
    this.unwritten.push({ tenantId, id: this.lastId, ...event });
  }

  /** Resolves when all that was added until now is written, or could not be and is tried again. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    this.tellDropped();
    const events = this.unwritten;
    if (events.length === 0) return;
    this.unwritten = [];
    this.unwrittenOf.clear();
    let written = 0;
    try {
      for (; written < events.length; written += WRITTEN_AT_ONCE) {
        const piece = events.slice(written, written + WRITTEN_AT_ONCE);
        await putEvents(this.prisma, piece);
        const chosen = piece.filter(() => Math.random() * TRIM_ONE_IN < 1);
        if (chosen.length > 0) await trimEvents(this.prisma, chosen, this.limits.maxAClient);
      }
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'Events of sessions could not be written yet');
      this.keep(events.slice(written));
    }
  }

  /** Before those that have come meanwhile. */
  private keep(events: SessionEventRow[]): void {
    this.unwritten = [...events, ...this.unwritten];
    for (const { tenantId } of events)
      this.unwrittenOf.set(tenantId, (this.unwrittenOf.get(tenantId) ?? 0) + 1);
  }

  private tellDropped(): void {
    const dropped = this.droppedEvents - this.toldDropped;
    if (dropped === 0) return;
    this.toldDropped = this.droppedEvents;
    this.log.warn({ dropped }, 'Events of sessions were not kept: too many waited to be written');
  }

  /** Removes what is older, or of a tenant more, than is kept. */
  async prune(): Promise<void> {
    const { keptMs, maxATenant: kept } = this.limits;
    const before = new Date(Date.now() - keptMs);
    try {
      for (let piece = 0; piece < MAX_PIECES; piece++)
        if (!(await pruneEvents(this.prisma, { before, kept, limit: PRUNED_AT_ONCE }))) return;
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'Old events of sessions could not be removed');
    }
  }

  /** What has happened until now is written. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.flush();
    await this.pruning;
  }
}
