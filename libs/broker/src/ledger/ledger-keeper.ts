import { readInflight, rescueOverflow } from '../dead-letters/rescue.ts';
import { cutAbsent } from '../delivery.ts';
import type { Engine } from '../engine.ts';
import { DEAD_LETTER_KEPT_MS, MAX_DEAD_LETTER_BYTES, MAX_DEAD_LETTERS, MAX_LEDGER_LINES } from '../limits.ts';
import type { Namespace } from '../namespace.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import type { OverfullPiece, OverfullSession, Store } from '../ports.ts';

const FLUSH_MS = 10_000;
/** How long lines are kept. */
const KEPT_MS = 30 * 86_400_000;
const PRUNE_MS = 60_000;
const TENANTS_A_PRUNE = 100;
const PRUNED_AT_ONCE = 1_000;
/** Absent sessions that are looked at in one go. */
const SESSIONS_A_SWEEP = 250;
/** After this long other sessions' losses are copied at the next sweep. */
const RESCUE_MS = 500;

/**
 * Keeps the ledgers: writes what was added up in memory, removes what is old, and cuts the queues of absent sessions that
 * are over their limits, so that what they lose is told while it happens and not when (or if) they return. In bounded
 * pieces, at each sweep.
 */
export class LedgerKeeper {
  private flushedAt = 0;
  private prunedAt = 0;
  /** Tenants that this round of pruning has not come to. */
  private readonly round: number[] = [];
  /** The last session whose queue was looked at, of those that keep what they lose and of the others. */
  private readonly lastIds = new Map<boolean, number>();
  private deadLettersPrunedAt = 0;

  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly namespaces: () => Iterable<Namespace>,
  ) {}

  /** Hands over what was added up in memory, to be written with the next batch. */
  flush(): void {
    for (const { ledger } of this.namespaces()) ledger.flush();
  }

  /** Called about once a second. */
  async tick(now: number): Promise<void> {
    if (now - this.flushedAt >= FLUSH_MS) {
      this.flushedAt = now;
      this.flush();
    }
    for (const { receipts } of this.namespaces()) receipts.forgetOld(now);
    await this.prune(now);
    await this.cutQueues();
    await this.pruneDeadLetters(now);
  }

  private async prune(now: number): Promise<void> {
    if (this.round.length === 0) {
      if (now - this.prunedAt < PRUNE_MS) return;
      this.prunedAt = now;
      for (const { tenantId } of this.namespaces()) this.round.push(tenantId);
    }
    const piece = this.round.slice(-TENANTS_A_PRUNE);
    const limits = { maxLines: MAX_LEDGER_LINES, limit: PRUNED_AT_ONCE };
    const removed = await this.store.pruneLedger(piece, now - KEPT_MS, limits);
    // With a full piece there is more to remove: they are looked at again.
    if (removed < PRUNED_AT_ONCE) this.round.length -= piece.length;
  }

  private async cutQueues(): Promise<void> {
    for (const withDeadLetters of [false, true]) {
      const afterId = this.lastIds.get(withDeadLetters) ?? 0;
      const piece = await this.store.findOverfull(afterId, SESSIONS_A_SWEEP, { withDeadLetters });
      if (withDeadLetters) piece.lastId = await this.rescue(piece);
      else await Promise.all(piece.sessions.map((session) => this.cut(session)));
      this.lastIds.set(withDeadLetters, piece.lastId ?? 0);
    }
  }

  /** One after the other, as their messages are read into memory. @returns how far it came; null: to the end */
  private async rescue({ sessions, lastId }: OverfullPiece): Promise<number | null> {
    const startedAt = performance.now();
    for (const session of sessions.toSorted((a, b) => a.id - b.id)) {
      await this.cut(session);
      if (performance.now() - startedAt > RESCUE_MS) return session.id;
    }
    return lastId;
  }

  private async pruneDeadLetters(now: number): Promise<void> {
    const isDue = now - this.deadLettersPrunedAt >= PRUNE_MS;
    if (isDue) this.deadLettersPrunedAt = now;
    for (const namespace of this.namespaces()) {
      if (!isDue && !namespace.hasNewDeadLetters) continue;
      namespace.hasNewDeadLetters = false;
      const limits = { maxMessages: MAX_DEAD_LETTERS, maxBytes: MAX_DEAD_LETTER_BYTES };
      await this.store.pruneDeadLetters(namespace.tenantId, now - DEAD_LETTER_KEPT_MS, limits);
    }
  }

  /** By the limits of its row: by these the store lets go what lies before them, whatever the policy says by now. */
  private async cut({ id, tenantId, clientId, limits, ...row }: OverfullSession): Promise<void> {
    const { journal } = this.engine;
    const namespace = this.engine.namespace(tenantId);
    await namespace.exclusively(clientId, async () => {
      if (namespace.sessions.has(clientId)) return;
      const { retentionSeconds, deadLetters } = row;
      const policy = { ...DEFAULT_POLICY, ...limits, retentionSeconds, deadLetters };
      const session = await namespace.find(clientId, policy);
      if (session?.id !== id || session.connection !== null) return;
      if (deadLetters) await readInflight(session);
      cutAbsent(session);
      if (deadLetters) await rescueOverflow(session);
      journal.putSession(session);
      // Whoever reads the session from the store next must find it as it is now.
      await journal.committed();
    });
  }
}
