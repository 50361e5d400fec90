import { StoreUnavailableError } from '../errors.ts';
import { MAX_DUE_SESSIONS, MAX_RECLAIMED_ROWS, MAX_RECLAIMS_A_SWEEP, RECLAIM_PAUSE_MS } from '../limits.ts';
import type { Engine } from '../engine.ts';
import { rescueAll } from '../dead-letters/rescue.ts';
import type { LedgerKeeper } from '../ledger/ledger-keeper.ts';
import { keepNewest } from '../logs/keep-last.ts';
import type { Namespace } from '../namespace.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import type { DueSession, Store } from '../ports.ts';
import { expireSession } from './session-end.ts';
import type { Session } from './session.ts';
import { publishWill } from './will.ts';

const SWEEP_MS = 1_000;
const FILTERS_A_RECLAIM = 500;

/**
 * What happens without a packet: wills and sessions of absent clients that are due, retained messages that expire,
 * log entries that nobody needs any more. In bounded pieces, about once a second. Nothing relies on it to be exact:
 * whoever looks at a session or message checks its time himself.
 */
export class Sweeper {
  private timer: NodeJS.Timeout | null = null;
  private isSweeping = false;
  /** Why the database could not be asked when it was last tried; null: it could. */
  fault: Error | null = null;
  /** When what the last session takes with it is copied. */
  private rescued: Promise<unknown> = Promise.resolve();
  /** Filters that this round through all of them has not looked at. */
  private readonly round: number[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly keeper: LedgerKeeper,
    private readonly namespaces: () => Iterable<Namespace>,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async sweep(): Promise<void> {
    if (this.isSweeping) return;
    this.isSweeping = true;
    try {
      const now = this.engine.now();
      await this.endDueSessions(now);
      for (const namespace of this.namespaces()) {
        namespace.removeExpiredRetained(now);
        namespace.counters.sample(now);
        await namespace.systemTopics.tick(this.store, now);
      }
      await this.countForQuotas();
      await this.keeper.tick(now);
      await this.reclaim();
      this.fault = null;
    } catch (error) {
      // With the database away there is nothing to sweep.
      if (error instanceof StoreUnavailableError) {
        this.fault = error;
      } else {
        this.engine.log.error({ error: (error as Error).stack }, 'A sweep failed and will be repeated');
      }
    } finally {
      this.isSweeping = false;
    }
  }

  private async countForQuotas(): Promise<void> {
    const counted = [...this.namespaces()].filter(({ quotas }) => quotas.needsCounts);
    if (counted.length === 0) return;
    const counts = await this.store.counts(counted.map(({ tenantId }) => tenantId));
    counted.forEach(({ quotas }, index) => quotas.count(counts[index]));
  }

  private async endDueSessions(now: number): Promise<void> {
    const due = await this.store.dueSessions(now, MAX_DUE_SESSIONS);
    await Promise.all(due.map((session) => this.endIfDue(session)));
  }

  /** Looks again, with no CONNECT of the same client under way: the session may have returned meanwhile. */
  private async endIfDue({ id, tenantId, clientId }: DueSession): Promise<void> {
    const { authenticator, journal } = this.engine;
    const namespace = this.engine.namespace(tenantId);
    await namespace.exclusively(clientId, async () => {
      const session = await namespace.find(clientId, DEFAULT_POLICY);
      if (session === undefined || session.id !== id || session.connection !== null) return;
      session.policy = await authenticator.policyOf(tenantId, session.username);
      const authorize =
        session.will === null ? undefined : await authenticator.authorizerOf(tenantId, session.username);
      const now = this.engine.now();
      if (session.willAt !== null && session.willAt <= now) {
        publishWill(session, now, authorize);
        journal.putSession(session);
      }
      // What is superseded is no loss.
      if (session.hasExpired(now) && session.policy.keepLastPerTopic) await keepNewest(session);
      // What is too much for one sweep keeps it for another one.
      const isRescued =
        !session.hasExpired(now) || !session.policy.deadLetters || (await this.rescue(session));
      if (session.hasExpired(now) && isRescued) await expireSession(session);
      // Whoever reads the session from the store next must find it as it is now.
      await journal.committed();
    });
  }

  /** One after the other, as their messages are read into memory. @returns false: there is more */
  private rescue(session: Session): Promise<boolean> {
    const rescued = this.rescued.then(() => rescueAll(session));
    this.rescued = rescued.catch(() => undefined);
    return rescued;
  }

  /** Goes round all filters, a piece at a time; where there is much to give, several times. */
  private async reclaim(): Promise<void> {
    for (let turn = 0; turn < MAX_RECLAIMS_A_SWEEP && this.timer !== null; turn++) {
      if (!(await this.reclaimPiece())) return;
      await new Promise<void>((resolve) => setTimeout(resolve, RECLAIM_PAUSE_MS));
    }
  }

  /** @returns whether there is more to be had at once */
  private async reclaimPiece(): Promise<boolean> {
    if (this.round.length === 0) {
      for (const namespace of this.namespaces()) for (const id of namespace.logs.ids()) this.round.push(id);
    }
    const piece = this.round.slice(-FILTERS_A_RECLAIM);
    const removed = await this.store.reclaim(piece, MAX_RECLAIMED_ROWS);
    // A full piece has more to give: it is looked at again.
    if (removed >= MAX_RECLAIMED_ROWS) return true;
    this.round.length -= piece.length;
    return false;
  }
}
