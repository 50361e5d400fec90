import { StoreUnavailableError } from '../src/errors.ts';
import type { Batch, Store } from '../src/ports.ts';

/** A store whose commits the test can hold back or let fail, and which remembers what was committed. */
export class GatedStore implements Store {
  /** In the order in which they became durable. */
  readonly committed: Batch[] = [];
  /** The database is away, for every call. */
  isAway = false;
  /** So many of the next page reads find the database away. */
  failingPageReads = 0;
  /** Who follows a log is read in pages of this size; null: as the broker asks. */
  followersAPage: number | null = null;
  private gate: Promise<void> | null = null;
  private letThrough: () => void = () => undefined;
  private readonly askedWaiters: (() => void)[] = [];
  private readonly reclaimedWaiters: (() => void)[] = [];
  private readonly lookWaiters: (() => void)[] = [];
  private onSweep: () => void = () => undefined;

  constructor(private readonly store: Store) {}

  /** Commits that begin from now on wait for `release`. */
  hold(): void {
    this.gate ??= new Promise((resolve) => (this.letThrough = resolve));
  }

  release(): void {
    this.gate = null;
    this.letThrough();
  }

  /** Resolves when the next commit is asked for, held or not. */
  commitAsked(): Promise<void> {
    return new Promise((resolve) => this.askedWaiters.push(resolve));
  }

  /** Resolves when log rows have been removed. */
  reclaimed(): Promise<void> {
    return new Promise((resolve) => this.reclaimedWaiters.push(resolve));
  }

  /** Resolves when who follows a log was read, or could not be, so many times. */
  async looks(count: number): Promise<void> {
    for (let look = 0; look < count; look++)
      await new Promise<void>((resolve) => this.lookWaiters.push(resolve));
  }

  /** Resolves when `count` more sweeps have looked for sessions that are due, or there was time for them. */
  async sweeps(count: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      this.onSweep = () => (--count <= 0 ? resolve() : undefined);
    });
    // A sweep may rightly wait for the commit that the test holds.
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, count * 1_200)));
    await Promise.race([enough, timeout]);
    clearTimeout(timer);
  }

  async commit(batch: Batch): Promise<void> {
    for (const resolve of this.askedWaiters.splice(0)) resolve();
    await this.gate;
    this.checkThere();
    await this.store.commit(batch);
    this.committed.push(batch);
  }

  private checkThere(): void {
    if (this.isAway) throw new StoreUnavailableError('The test took the database away');
  }

  open = () => this.reading(() => this.store.open());
  loadSessions: Store['loadSessions'] = (keys) => this.reading(() => this.store.loadSessions(keys));
  readPages: Store['readPages'] = async (requests) => {
    if (this.failingPageReads-- > 0) throw new StoreUnavailableError('The test let this read fail');
    return this.reading(() => this.store.readPages(requests));
  };
  readNewest: Store['readNewest'] = (requests) => this.reading(() => this.store.readNewest(requests));
  dueSessions: Store['dueSessions'] = (now, limit) => {
    this.onSweep();
    return this.reading(() => this.store.dueSessions(now, limit));
  };
  reclaim: Store['reclaim'] = async (ids, limit) => {
    const removed = await this.reading(() => this.store.reclaim(ids, limit));
    if (removed > 0) for (const resolve of this.reclaimedWaiters.splice(0)) resolve();
    return removed;
  };
  listOfflineSessions: Store['listOfflineSessions'] = (tenantId, query) =>
    this.reading(() => this.store.listOfflineSessions(tenantId, query));
  sumOfflineSessions: Store['sumOfflineSessions'] = (tenantId, filter) =>
    this.reading(() => this.store.sumOfflineSessions(tenantId, filter));
  listSubscriptions: Store['listSubscriptions'] = (tenantId, query) =>
    this.reading(() => this.store.listSubscriptions(tenantId, query));
  totals: Store['totals'] = (tenantId) => this.reading(() => this.store.totals(tenantId));
  depths: Store['depths'] = (bounds) => this.reading(() => this.store.depths(bounds));
  counts: Store['counts'] = (tenantIds) => this.reading(() => this.store.counts(tenantIds));
  followers: Store['followers'] = async (query) => {
    try {
      const limit = this.followersAPage ?? query.limit;
      return await this.reading(() => this.store.followers({ ...query, limit }));
    } finally {
      for (const resolve of this.lookWaiters.splice(0)) resolve();
    }
  };
  listRetained: Store['listRetained'] = (tenantId, query) =>
    this.reading(() => this.store.listRetained(tenantId, query));
  deleteTenant: Store['deleteTenant'] = (tenantId, limit) =>
    this.reading(() => this.store.deleteTenant(tenantId, limit));
  listDrops: Store['listDrops'] = (tenantId, query) =>
    this.reading(() => this.store.listDrops(tenantId, query));
  sumDrops: Store['sumDrops'] = (...args) => this.reading(() => this.store.sumDrops(...args));
  pruneLedger: Store['pruneLedger'] = (...args) => this.reading(() => this.store.pruneLedger(...args));
  findOverfull: Store['findOverfull'] = (...args) => this.reading(() => this.store.findOverfull(...args));
  readReceipt: Store['readReceipt'] = (...args) => this.reading(() => this.store.readReceipt(...args));
  listReceiptSessions: Store['listReceiptSessions'] = (...args) =>
    this.reading(() => this.store.listReceiptSessions(...args));
  listDeadLetters: Store['listDeadLetters'] = (...args) =>
    this.reading(() => this.store.listDeadLetters(...args));
  readDeadLetters: Store['readDeadLetters'] = (...args) =>
    this.reading(() => this.store.readDeadLetters(...args));
  pruneDeadLetters: Store['pruneDeadLetters'] = (...args) =>
    this.reading(() => this.store.pruneDeadLetters(...args));
  close = () => this.store.close();

  private async reading<Result>(read: () => Promise<Result>): Promise<Result> {
    this.checkThere();
    return read();
  }
}
