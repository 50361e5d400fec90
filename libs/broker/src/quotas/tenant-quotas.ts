import type { TenantCounts } from '../inspection/inspection.ts';
import { withOnline } from '../inspection/tenant-overview.ts';
import { type Publication, sizeOf } from '../message.ts';
import type { Namespace } from '../namespace.ts';
import type { StoredCounts } from '../ports.ts';
import { NO_QUOTAS, type Quota, type Quotas } from './quotas.ts';
import { Rate } from './rate.ts';

/** A publisher is not made to wait for longer, whatever it has sent. */
const MAX_WAIT_MS = 10_000;

/**
 * Holds a tenant to its quotas. What lies in the database is counted about once a second, so that a quota of sessions or
 * of queues may be exceeded by what comes within that time; the others are exact.
 */
export class TenantQuotas {
  private present: Quotas = NO_QUOTAS;
  private publishes: Rate | null = null;
  private bytes: Rate | null = null;
  private connects: Rate | null = null;
  /** As last counted. */
  private counts: TenantCounts | null = null;
  private sessionsSince = 0;
  private isQueueQuotaReached = false;

  constructor(private readonly namespace: Namespace) {}

  /** Quotas in force. Who has more than a new one keeps it. */
  get quotas(): Quotas {
    return this.present;
  }

  set(quotas: Quotas, now: number): void {
    this.present = quotas;
    const rate = (perSecond: number | null) => (perSecond === null ? null : new Rate(perSecond, now));
    this.publishes = rate(quotas.publishesPerSecond);
    this.bytes = rate(quotas.publishedBytesPerSecond);
    this.connects = rate(quotas.connectsPerSecond);
    this.judge();
  }

  /** @returns the quota that a CONNECT would exceed; null: none, and what it brings is counted */
  exceededByConnect(arrival: { isNew: boolean; takesOver: boolean }, now: number): Quota | null {
    const exceeded = this.findExceeded(arrival, now);
    if (exceeded !== null) this.tell(exceeded);
    else if (arrival.isNew) this.sessionsSince++;
    return exceeded;
  }

  private findExceeded(
    { isNew, takesOver }: { isNew: boolean; takesOver: boolean },
    now: number,
  ): Quota | null {
    const { connections } = this.present;
    const others = this.namespace.connectionCount - (takesOver ? 1 : 0);
    if (connections !== null && others >= connections) return 'connections';
    if (isNew && this.sessionsNow >= (this.present.sessions ?? Infinity)) return 'sessions';
    return this.connects?.take(now) === false ? 'connectsPerSecond' : null;
  }

  private get sessionsNow(): number {
    const { onlineSessions, offlineSessions } = this.counts ?? { onlineSessions: 0, offlineSessions: 0 };
    return onlineSessions + offlineSessions + this.sessionsSince;
  }

  /** Whether queues may become deeper. */
  get hasRoomInQueues(): boolean {
    return !this.isQueueQuotaReached;
  }

  /** Whether a message may be retained, in the place of what is retained there. */
  mayRetain(publication: Publication): boolean {
    const { retainedMessages, retainedBytes } = this.present;
    if (retainedMessages === null && retainedBytes === null) return true;
    const { retained } = this.namespace;
    const before = retained.get(publication.topic);
    if (before === null && retainedMessages !== null && retained.count >= retainedMessages) {
      this.tell('retainedMessages');
      return false;
    }
    const bytes = sizeOf(publication) - (before?.size ?? 0);
    if (retainedBytes === null || retained.bytes + bytes <= retainedBytes) return true;
    this.tell('retainedBytes');
    return false;
  }

  /** What a client has published. @returns for how many milliseconds it should not be read from */
  charge(publication: Publication): number {
    if (this.publishes === null && this.bytes === null) return 0;
    const { publishedAt: now } = publication;
    const forOne = this.publishes?.charge(1, now) ?? 0;
    const forBytes = this.bytes?.charge(sizeOf(publication), now) ?? 0;
    if (forOne > 0) this.tell('publishesPerSecond');
    if (forBytes > 0) this.tell('publishedBytesPerSecond');
    return Math.min(Math.max(forOne, forBytes), MAX_WAIT_MS);
  }

  get needsCounts(): boolean {
    const { sessions, queuedMessages, queuedBytes } = this.present;
    return (sessions ?? queuedMessages ?? queuedBytes) !== null;
  }

  /** Told about once a second what lies in the store. */
  count(stored: StoredCounts): void {
    this.sessionsSince = 0;
    this.counts = withOnline(this.namespace, stored);
    this.judge();
  }

  private judge(): void {
    const { queuedMessages, queuedBytes } = this.present;
    const { counts } = this;
    const isFull = counts !== null && counts.queuedMessages >= (queuedMessages ?? Infinity);
    const isFullOfBytes = counts !== null && counts.queuedBytes >= (queuedBytes ?? Infinity);
    if (isFull) this.tell('queuedMessages');
    if (isFullOfBytes) this.tell('queuedBytes');
    this.isQueueQuotaReached = isFull || isFullOfBytes;
  }

  private tell(quota: Quota): void {
    this.namespace.watch?.quotaReached(quota, this.present[quota]!);
  }
}
