import type { TenantFigures } from '@restante/broker';

/** Tenants that have series of their own: all others share one, so that a scrape does not grow with the tenants. */
export const MAX_SHOWN_TENANTS = 50;
/** The label of what all others have together: no tenant is called so, as names of tenants have no capital letters. */
export const OTHER = 'OTHER';
/** After this long without traffic a tenant counts half as active. */
const HALF_LIFE_MS = 300_000;
/** Between two exchanges of a tenant that is shown for one that is not: each begins new series. */
const EXCHANGE_EVERY_MS = 60_000;
/** An exchange must be worth it. */
const MORE_ACTIVE = 2;

/** Since a tenant has series. */
export interface TenantTotals {
  received: number;
  sent: number;
  receivedBytes: number;
  sentBytes: number;
  dropped: number;
}

interface Known {
  totals: TenantTotals;
  /** Messages in and out, the older ones counting less. */
  activity: number;
}

interface Shown {
  slug: string;
  totals: TenantTotals;
}

/**
 * Gives the most active tenants series of their own. What is counted while a tenant has none goes to `OTHER`, and stays
 * there: counters only rise, whoever comes and goes.
 */
export class TenantSeries {
  private readonly known = new Map<number, Known>();
  private readonly shown = new Map<number, Shown>();
  private readonly other = nothing();
  private updatedAt = 0;
  private exchangedAt = -Infinity;

  /**
   * @param tenants all that there are
   * @param slugs those of them whose names are known; others wait for a series
   * @param now milliseconds, of whatever clock
   */
  update(tenants: readonly TenantFigures[], slugs: ReadonlyMap<number, string>, now: number): void {
    const decay = 0.5 ** ((now - this.updatedAt) / HALF_LIFE_MS);
    this.updatedAt = now;
    const present = new Set<number>();
    for (const { tenantId, counters } of tenants) {
      present.add(tenantId);
      const totals = totalsOf(counters);
      const before = this.known.get(tenantId);
      const change = difference(totals, before?.totals);
      add(this.shown.get(tenantId)?.totals ?? this.other, change);
      const activity = (before?.activity ?? 0) * decay + change.received + change.sent;
      this.known.set(tenantId, { totals, activity });
    }
    for (const tenantId of this.known.keys()) {
      if (present.has(tenantId)) continue;
      this.known.delete(tenantId);
      this.shown.delete(tenantId);
    }
    this.choose(slugs, now);
  }

  private choose(slugs: ReadonlyMap<number, string>, now: number): void {
    const waiting = [...this.known]
      .filter(([tenantId, { activity }]) => activity > 0 && slugs.has(tenantId) && !this.shown.has(tenantId))
      .sort(([, a], [, b]) => b.activity - a.activity);
    for (const [tenantId, { activity }] of waiting) {
      if (this.shown.size >= MAX_SHOWN_TENANTS) {
        if (now - this.exchangedAt < EXCHANGE_EVERY_MS) return;
        const [least, leastActivity] = this.leastActive();
        if (activity <= leastActivity * MORE_ACTIVE) return;
        this.exchangedAt = now;
        this.shown.delete(least);
      }
      this.shown.set(tenantId, { slug: slugs.get(tenantId)!, totals: nothing() });
    }
  }

  private leastActive(): [tenantId: number, activity: number] {
    return [...this.shown.keys()]
      .map((tenantId): [number, number] => [tenantId, this.known.get(tenantId)!.activity])
      .reduce((least, one) => (one[1] < least[1] ? one : least));
  }

  /** The name of a tenant in series. */
  labelOf(tenantId: number): string {
    return this.shown.get(tenantId)?.slug ?? OTHER;
  }

  /** By the name of each series. */
  totals(): [tenant: string, totals: TenantTotals][] {
    return [
      ...[...this.shown.values()].map(({ slug, totals }): [string, TenantTotals] => [slug, totals]),
      [OTHER, this.other],
    ];
  }
}

function nothing(): TenantTotals {
  return { received: 0, sent: 0, receivedBytes: 0, sentBytes: 0, dropped: 0 };
}

function totalsOf(counters: TenantFigures['counters']): TenantTotals {
  const sum = ([qos0, qos1, qos2]: Float64Array) => qos0 + qos1 + qos2;
  return {
    received: sum(counters.messagesInByQoS),
    sent: sum(counters.messagesOutByQoS),
    receivedBytes: sum(counters.bytesInByQoS),
    sentBytes: sum(counters.bytesOutByQoS),
    dropped: counters.droppedMessages,
  };
}

function difference(now: TenantTotals, before: TenantTotals = nothing()): TenantTotals {
  return {
    received: now.received - before.received,
    sent: now.sent - before.sent,
    receivedBytes: now.receivedBytes - before.receivedBytes,
    sentBytes: now.sentBytes - before.sentBytes,
    dropped: now.dropped - before.dropped,
  };
}

function add(total: TenantTotals, change: TenantTotals): void {
  total.received += change.received;
  total.sent += change.sent;
  total.receivedBytes += change.receivedBytes;
  total.sentBytes += change.sentBytes;
  total.dropped += change.dropped;
}
