import { type Connection } from '../connection/connection.ts';
import { kept } from '../inspection/session-summary.ts';
import { type Observer } from '../ports.ts';
import { type Quota } from '../quotas/quotas.ts';
import { type Session } from '../sessions/session.ts';
import { type Occurrence, type OccurrenceKind } from './occurrences.ts';

const QUOTA_TOLD_EVERY_MS = 60_000;

/** What somebody wants to be told of one tenant. A tenant of which nobody wants anything has none. */
export class TenantWatch {
  /** When each was told last. */
  private readonly quotas = new Map<Quota, number>();

  constructor(
    private readonly tenantId: number,
    private readonly observer: Observer,
    private readonly kinds: ReadonlySet<OccurrenceKind>,
    private readonly now: () => number,
  ) {}

  wants(kind: OccurrenceKind): boolean {
    return this.kinds.has(kind);
  }

  tell(occurrence: Occurrence): void {
    if (this.wants(occurrence.kind)) this.observer.happened(this.tenantId, occurrence);
  }

  connected(connection: Connection, session: Session, sessionPresent: boolean): void {
    const { clientId, username, protocolVersion } = session;
    const { remoteAddress } = connection;
    const client = { clientId, username, remoteAddress, protocolVersion };
    this.tell({ kind: 'client-connected', at: this.now(), ...client, sessionPresent });
  }

  disconnected({ remoteAddress, end }: Connection, { clientId, username, isEnded }: Session): void {
    const client = { clientId, username, remoteAddress, isSessionKept: !isEnded };
    this.tell({ kind: 'client-disconnected', at: this.now(), ...client, ...end });
  }

  expired(session: Session): void {
    if (!this.wants('session-expired')) return;
    const { clientId, username, disconnectedAt } = session;
    const lost = kept(session.policy, session);
    this.tell({ kind: 'session-expired', at: this.now(), clientId, username, disconnectedAt, ...lost });
  }

  quotaReached(quota: Quota, limit: number): void {
    if (!this.wants('quota-reached')) return;
    const at = this.now();
    if (at - (this.quotas.get(quota) ?? -Infinity) < QUOTA_TOLD_EVERY_MS) return;
    this.quotas.set(quota, at);
    this.tell({ kind: 'quota-reached', at, quota, limit });
  }
}
