import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine.ts';
import { kept } from '../inspection/lists/session-summary.ts';
import type { Observer } from '../ports.ts';
import type { Quota } from '../quotas/quotas.ts';
import type { Session } from '../sessions/session.ts';
import type { Occurrence, OccurrenceKind } from './occurrences.ts';

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

  /** What is asked for, and what is always told. @returns null when that is nothing */
  static of(
    tenantId: number,
    { observer, now }: Engine,
    asked: readonly OccurrenceKind[],
  ): TenantWatch | null {
    const kinds = new Set([...asked, ...(observer.always ?? [])]);
    return kinds.size === 0 ? null : new TenantWatch(tenantId, observer, kinds, now);
  }

  wants(kind: OccurrenceKind): boolean {
    return this.kinds.has(kind);
  }

  tell(occurrence: Occurrence): void {
    if (this.wants(occurrence.kind)) this.observer.happened(this.tenantId, occurrence);
  }

  connected(connection: Connection, session: Session, sessionPresent: boolean): void {
    if (!this.wants('client-connected')) return;
    const { clientId, username, protocolVersion, isDurable } = session;
    const { remoteAddress, kind: transport } = connection;
    const client = { clientId, username, remoteAddress, transport, protocolVersion };
    this.tell({ kind: 'client-connected', at: this.now(), ...client, sessionPresent, isDurable });
  }

  disconnected({ remoteAddress, end, endedBy }: Connection, session: Session): void {
    if (!this.wants('client-disconnected')) return;
    const { clientId, username, isDurable, isEnded } = session;
    const client = { clientId, username, remoteAddress, isDurable, isSessionKept: !isEnded };
    this.tell({ kind: 'client-disconnected', at: this.now(), ...client, ...end, endedBy });
  }

  expired(session: Session): void {
    if (!this.wants('session-expired')) return;
    const { clientId, username, disconnectedAt } = session;
    const lost = kept(session.policy, session);
    this.tell({ kind: 'session-expired', at: this.now(), clientId, username, disconnectedAt, ...lost });
  }

  replaced(session: Session): void {
    if (!this.wants('session-replaced')) return;
    const { clientId, username } = session;
    const lost = kept(session.policy, session);
    this.tell({ kind: 'session-replaced', at: this.now(), clientId, username, ...lost });
  }

  quotaReached(quota: Quota, limit: number): void {
    if (!this.wants('quota-reached')) return;
    const at = this.now();
    if (at - (this.quotas.get(quota) ?? -Infinity) < QUOTA_TOLD_EVERY_MS) return;
    this.quotas.set(quota, at);
    this.tell({ kind: 'quota-reached', at, quota, limit });
  }
}
