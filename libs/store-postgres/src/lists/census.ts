import type { Logger, StoredCounts } from '@restante/broker';
import type { Pool } from 'pg';
import { Repeated } from '../repeated.ts';
import {
  hasMoreSessions,
  readCensus,
  takeCensus,
  type TenantCounts,
} from '../statements/lists/take-census.ts';

/** Sessions that are counted when somebody asks: more would take too long. */
export const COUNTED_AT_ONCE = 1_000;
const PIECE = 50;
/** Of the time: the share in which the census keeps a connection busy. */
const SHARE = 0.05;
const BETWEEN_TURNS_MS = 5_000;
const NOTHING: StoredCounts = { offlineSessions: 0, queuedMessages: 0, queuedBytes: 0 };

/**
 * Counts the queues of absent sessions, some at a time and over and over, where there are too many to be counted when
 * somebody asks: an append makes the queues of all who follow a filter deeper, and touches none of their rows. So a
 * list that begins with the deepest is in the order of some seconds ago (of twenty minutes, with a million sessions).
 * What is shown of a session is always counted anew.
 */
export class Census {
  /** By tenant; null: not known yet, or nothing is counted. */
  private totals: Map<number, StoredCounts> | null = null;
  private lastId = 0;
  private readonly begun = Promise.withResolvers<void>();
  private readonly pieces = new Repeated(() => this.goOn().finally(this.begun.resolve));

  constructor(
    private readonly database: Pool,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.pieces.startIn(0);
  }

  /** Whether there are so many sessions that they are not counted when somebody asks. */
  async isTaken(): Promise<boolean> {
    await this.begun.promise;
    return this.totals !== null;
  }

  /** @returns in the order of the tenants; null: there is none, all sessions together are few */
  async of(tenantIds: number[]): Promise<StoredCounts[] | null> {
    await this.begun.promise;
    const { totals } = this;
    return totals && tenantIds.map((tenantId) => totals.get(tenantId) ?? NOTHING);
  }

  /** Whether it has counted more sessions of a tenant than are counted when somebody asks. */
  hasMany(tenantId: number): boolean {
    return (this.totals?.get(tenantId) ?? NOTHING).offlineSessions > COUNTED_AT_ONCE;
  }

  async close(): Promise<void> {
    this.begun.resolve();
    await this.pieces.close();
  }

  /** @returns how long to pause then, in ms */
  private async goOn(): Promise<number> {
    const startedAt = performance.now();
    try {
      if (this.lastId === 0 && !(await hasMoreSessions(this.database, COUNTED_AT_ONCE))) {
        this.totals = null;
        return BETWEEN_TURNS_MS;
      }
      this.totals ??= new Map(
        (await readCensus(this.database)).map(({ tenantId, ...counts }) => [tenantId, counts]),
      );
      const { lastId, changes } = await takeCensus(this.database, this.lastId, PIECE);
      for (const change of changes) add(change, this.totals);
      this.lastId = lastId ?? 0;
      if (lastId === null) return BETWEEN_TURNS_MS;
    } catch (error) {
      // Whether the piece is counted is not known.
      this.totals = null;
      this.log.debug(
        { error: (error as Error).message },
        'The queues of absent sessions could not be counted',
      );
      return BETWEEN_TURNS_MS;
    }
    return (performance.now() - startedAt) * (1 / SHARE - 1);
  }
}

function add(change: TenantCounts, totals: Map<number, StoredCounts>): void {
  const total = totals.get(change.tenantId) ?? NOTHING;
  totals.set(change.tenantId, {
    offlineSessions: total.offlineSessions + change.offlineSessions,
    queuedMessages: total.queuedMessages + change.queuedMessages,
    queuedBytes: total.queuedBytes + change.queuedBytes,
  });
}
