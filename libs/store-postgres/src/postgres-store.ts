import {
  type AbsentFilter,
  type Batch,
  type DeadLetterQuery,
  type DropFilter,
  type DropQuery,
  type DropSum,
  type DropSumBy,
  type DueSession,
  type FollowersPage,
  type FollowersQuery,
  giveWay,
  type Logger,
  type NewestRequest,
  type OfflineQuery,
  type OverfullPiece,
  type PageRequest,
  type ReceiptRecord,
  type Recovery,
  type RetainedQuery,
  type Store,
  type StoredCounts,
  type StoredDepths,
  type StoredDeadLetter,
  type StoredDrop,
  type StoredNewest,
  type StoredPage,
  type StoredReceiptSession,
  type StoredRetained,
  type StoredSession,
  type StoredSessionPage,
  type StoredSubscriptionPage,
  type StoredSubscriptionsQuery,
  type StoredTotals,
} from '@restante/broker';
import type pg from 'pg';
import { Census } from './lists/census.ts';
import { MOVED_EVERY_MS, moveNewNames } from './lists/search-indexes.ts';
import {
  countOffline,
  distributeDepths,
  listOfflineSessions,
  readTenantTotals,
  sumOffline,
} from './lists/offline-sessions.ts';
import { type PoolUse, useOf } from './connections/pool-use.ts';
import { createReaders } from './connections/readers.ts';
import { Repeated } from './repeated.ts';
import { RunsPage } from './rows/runs-page.ts';
import { listSubscriptions } from './lists/subscription-list.ts';
import { packSegments } from './rows/segment.ts';
import { unpackInflight, unpackReceived } from './rows/session-state.ts';
import { toRecord, toWill } from './rows/session-row.ts';
import { ALREADY_COMMITTED, toStoreError } from './connections/store-errors.ts';
import { askForNewest } from './statements/logs/ask-for-newest.ts';
import { deleteCursors } from './statements/logs/delete-cursors.ts';
import { deleteDeadLetters } from './statements/dead-letters/delete-dead-letters.ts';
import { deleteFilters } from './statements/logs/delete-filters.ts';
import { deleteOrphanedFilters } from './statements/logs/delete-orphaned-filters.ts';
import { deleteOutbox } from './statements/writer/delete-outbox.ts';
import { deleteReceipts } from './statements/receipts/delete-receipts.ts';
import { deleteRetained } from './statements/retained/delete-retained.ts';
import { deleteSessions } from './statements/sessions/delete-sessions.ts';
import { deleteSubscriptions } from './statements/sessions/delete-subscriptions.ts';
import { deleteTenantPiece } from './statements/writer/delete-tenant-piece.ts';
import { endBrokenConnections } from './statements/sessions/end-broken-connections.ts';
import { endGivenReceipts } from './statements/receipts/end-given-receipts.ts';
import { findOverfull } from './statements/logs/find-overfull.ts';
import { listDeadLetters, readDeadLetters } from './statements/dead-letters/list-dead-letters.ts';
import { listDrops } from './statements/ledger/list-drops.ts';
import { listReceiptSessions } from './statements/receipts/list-receipt-sessions.ts';
import { listRetained } from './statements/retained/list-retained.ts';
import { markSeen } from './statements/writer/mark-seen.ts';
import { pruneDeadLetters } from './statements/dead-letters/prune-dead-letters.ts';
import { pruneLedger } from './statements/ledger/prune-ledger.ts';
import { putCursors } from './statements/logs/put-cursors.ts';
import { putDeadLetters } from './statements/dead-letters/put-dead-letters.ts';
import { putDrops } from './statements/ledger/put-drops.ts';
import { putFilters } from './statements/logs/put-filters.ts';
import { putKeptFilters } from './statements/logs/put-kept-filters.ts';
import { putLogRuns } from './statements/logs/put-log-runs.ts';
import { putNewest } from './statements/logs/put-newest.ts';
import { putOutcomes } from './statements/receipts/put-outcomes.ts';
import { putReceipts } from './statements/receipts/put-receipts.ts';
import { putRetained } from './statements/retained/put-retained.ts';
import { putSegments } from './statements/logs/put-segments.ts';
import { putSessions } from './statements/sessions/put-sessions.ts';
import { putSessionStates } from './statements/sessions/put-session-states.ts';
import { putSubscriptions } from './statements/sessions/put-subscriptions.ts';
import { readCursors } from './statements/logs/read-cursors.ts';
import { readDueSessions } from './statements/sessions/read-due-sessions.ts';
import { readFilters } from './statements/logs/read-filters.ts';
import { readFollowers } from './statements/logs/read-followers.ts';
import { readGuards } from './statements/logs/read-guards.ts';
import { readGroups } from './statements/logs/read-groups.ts';
import { readNewest } from './statements/logs/read-newest.ts';
import { readNextSegmentId } from './statements/logs/read-next-segment-id.ts';
import { readReceipt, readReceipts } from './statements/receipts/read-receipts.ts';
import { readRetained } from './statements/retained/read-retained.ts';
import { readRuns } from './statements/logs/read-runs.ts';
import { readSessions } from './statements/sessions/read-sessions.ts';
import { readSubscriptions } from './statements/sessions/read-subscriptions.ts';
import { reclaimFilters } from './statements/logs/reclaim-filters.ts';
import { reclaimRuns } from './statements/logs/reclaim-runs.ts';
import { sumDrops } from './statements/ledger/sum-drops.ts';
import { takeOver } from './statements/writer/take-over.ts';
import { BY_KEY, WriterConnection } from './connections/writer-connection.ts';

const SEEN_EVERY_MS = 5_000;
const READ_CONNECTIONS = 4;
const VIEW_CONNECTIONS = 2;
/** For what start-up reads. */
const READ_ALL = 'RESET enable_seqscan; RESET enable_hashjoin; RESET enable_mergejoin';

export interface PostgresStoreOptions {
  connectionString: string;
  log: Logger;
  /** PostgreSQL's processes are this machine's, by their numbers. */
  isOnThisMachine?: boolean;
}

/** The engine's durable store on PostgreSQL. Writes go over one connection, a batch a transaction. */
export class PostgresStore implements Store {
  private readonly writer: WriterConnection;
  private readonly readers: pg.Pool;
  /** For what people look at, which neither devices nor the journal wait for. */
  private readonly viewers: pg.Pool;
  private readonly census: Census;
  private readonly newNames: Repeated;
  private epoch = 0;
  private lastCommitted = 0;
  private segmentIds = 1;
  private seenTimer: NodeJS.Timeout | null = null;

  private readonly log: Logger;

  constructor({ connectionString, log, isOnThisMachine = false }: PostgresStoreOptions) {
    this.log = log;
    this.writer = new WriterConnection(connectionString, log);
    const common = { connectionString, log };
    this.readers = createReaders({ ...common, name: 'restante reader', max: READ_CONNECTIONS });
    this.viewers = createReaders({
      ...common,
      name: 'restante viewer',
      max: VIEW_CONNECTIONS,
      giveWay: isOnThisMachine,
    });
    this.census = new Census(this.viewers, log);
    this.newNames = new Repeated(() => moveNewNames(this.viewers, log).then(() => MOVED_EVERY_MS));
  }

  async open(): Promise<Recovery> {
    const client = await this.writer.get();
    try {
      const { epoch, lastBatch, seenAt, ...next } = await takeOver(client);
      this.epoch = epoch;
      this.lastCommitted = lastBatch;
      await client.query(READ_ALL);
      await endBrokenConnections(client, seenAt, Date.now());
      await deleteOrphanedFilters(client);
      this.segmentIds = await readNextSegmentId(client);
      const filters = await readFilters(client);
      const groups = await readGroups(client);
      const guards = await readGuards(client);
      const retained = await readRetained(client);
      await endGivenReceipts(client);
      const receipts = await readReceipts(client);
      await client.query(BY_KEY);
      this.seenTimer = setInterval(() => void this.markSeen(), SEEN_EVERY_MS);
      this.census.start();
      this.newNames.startIn(MOVED_EVERY_MS);
      return {
        next,
        nextBatchNumber: lastBatch + 1,
        filters: filters.map((filter) => ({ ...filter, group: groups.get(filter.id) ?? null })),
        guards,
        retained,
        receipts,
      };
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async commit(batch: Batch): Promise<void> {
    const client = await this.writer.get();
    // All statements are under way before the first one is answered: one round trip a batch.
    const outcomes = await Promise.allSettled(this.send(client, batch));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    // Tried before, and the answer was lost with the connection.
    const isThere = (failure?.reason as { code?: string } | undefined)?.code === ALREADY_COMMITTED;
    if (failure !== undefined && !isThere) throw toStoreError(failure.reason);
    this.lastCommitted = batch.number;
  }

  /** Removals go before additions: a client identifier or filter may come again in the same batch. */
  private send(client: pg.Client, batch: Batch): Promise<unknown>[] {
    const sent: Promise<unknown>[] = [client.query('BEGIN')];
    const send = <Item>(items: Item[], statement: (client: pg.Client, items: Item[]) => Promise<void>) => {
      if (items.length > 0) sent.push(statement(client, items));
    };
    const begin = { name: 'begin-batch', text: 'SELECT begin_batch($1, $2, $3, $4, $5, $6)' };
    const { order, sessionId, filterId } = batch.next;
    sent.push(
      client.query({
        ...begin,
        values: [this.epoch, batch.number, this.lastCommitted, order, sessionId, filterId],
      }),
    );

    send(batch.takenFromOutbox, deleteOutbox);
    send(batch.deletedSessionIds, deleteSessions);
    send(batch.deletedSubscriptions, deleteSubscriptions);
    send(batch.deletedCursors, deleteCursors);
    send(batch.deletedFilterIds, deleteFilters);
    send(batch.sessions, putSessions);
    send(batch.filters, putFilters);
    send(batch.askedFilters, askForNewest);
    send(batch.keptFilters, putKeptFilters);
    send(batch.subscriptions, putSubscriptions);
    const { segments, runs } = packSegments(batch.entries, () => this.segmentIds++);
    send(segments, putSegments);
    send(runs, putLogRuns);
    send(batch.newest, putNewest);
    send(batch.cursors, putCursors);
    send(batch.states, putSessionStates);
    const isRemoval = ({ message }: Batch['retained'][number]) => message === null;
    send(batch.retained.filter(isRemoval), deleteRetained);
    send(
      batch.retained.filter((change) => !isRemoval(change)),
      putRetained,
    );
    send(batch.drops, putDrops);
    send(batch.deletedReceipts, deleteReceipts);
    send(batch.receipts, putReceipts);
    send(batch.outcomes, putOutcomes);
    send(batch.deletedDeadLetters, deleteDeadLetters);
    send(batch.deadLetters, putDeadLetters);
    sent.push(client.query('COMMIT'));
    return sent;
  }

  async loadSessions(keys: { tenantId: number; clientId: string }[]): Promise<(StoredSession | undefined)[]> {
    return this.reading(async (client) => {
      const sessions = await readSessions(client, keys);
      const ids = sessions.map(({ id }) => id);
      const [subscriptions, cursors] =
        ids.length === 0
          ? [[], []]
          : await Promise.all([readSubscriptions(client, ids), readCursors(client, ids)]);
      const found = new Map<string, StoredSession>();
      const byId = new Map<number, StoredSession>();
      for (const row of sessions) {
        const inflight = row.inflight === null ? [] : unpackInflight(row.inflight);
        const received = row.received === null ? [] : unpackReceived(row.received);
        const record = { ...toRecord(row), will: toWill(row, row.id) };
        const session: StoredSession = {
          record,
          subscriptions: [],
          cursors: [],
          state: { inflight, received },
        };
        found.set(`${row.tenantId} ${row.clientId}`, session);
        byId.set(row.id, session);
      }
      for (const subscription of subscriptions)
        byId.get(subscription.sessionId)!.subscriptions.push(subscription);
      for (const cursor of cursors) byId.get(cursor.sessionId)!.cursors.push(cursor);
      return keys.map(({ tenantId, clientId }) => found.get(`${tenantId} ${clientId}`));
    });
  }

  async readPages(requests: PageRequest[]): Promise<StoredPage[]> {
    return this.reading(async (client) => {
      const pages = requests.map(({ from, to }) => new RunsPage(from, to));
      for (const run of await readRuns(client, requests)) pages[run.request].add(run);
      return pages;
    });
  }

  async readNewest(requests: NewestRequest[]): Promise<StoredNewest[]> {
    return this.reading((client) => readNewest(client, requests));
  }

  async dueSessions(now: number, limit: number): Promise<DueSession[]> {
    return this.reading((client) => readDueSessions(client, new Date(now), limit));
  }

  async reclaim(filterIds: number[], limit: number): Promise<number> {
    return this.reading(async (client) => {
      const removed = await reclaimRuns(client, filterIds, limit);
      await reclaimFilters(client);
      return removed;
    });
  }

  async listOfflineSessions(tenantId: number, query: OfflineQuery): Promise<StoredSessionPage> {
    return this.viewing((client) => listOfflineSessions(client, this.census, tenantId, query));
  }

  async sumOfflineSessions(
    tenantId: number,
    filter: AbsentFilter,
  ): Promise<StoredCounts & { isEstimate: boolean }> {
    return this.viewing((client) => sumOffline(client, tenantId, filter));
  }

  async listSubscriptions(
    tenantId: number,
    query: StoredSubscriptionsQuery,
  ): Promise<StoredSubscriptionPage> {
    return this.viewing((client) => listSubscriptions(client, tenantId, query));
  }

  async totals(tenantId: number): Promise<StoredTotals> {
    return this.viewing((client) => readTenantTotals(client, this.census, tenantId));
  }

  async counts(tenantIds: number[]): Promise<StoredCounts[]> {
    return this.viewing((client) => countOffline(client, this.census, tenantIds));
  }

  async depths(bounds: readonly number[]): Promise<StoredDepths> {
    return this.viewing((client) => distributeDepths(client, this.census, bounds));
  }

  /** Its connections that read, and how they are used. */
  get pools(): PoolUse[] {
    return [useOf('readers', this.readers), useOf('viewers', this.viewers)];
  }

  async followers(query: FollowersQuery): Promise<FollowersPage> {
    return this.viewing((client) => readFollowers(client, query));
  }

  async listRetained(tenantId: number, query: RetainedQuery): Promise<StoredRetained[]> {
    return this.viewing((client) => listRetained(client, tenantId, query));
  }

  async listDrops(tenantId: number, query: DropQuery): Promise<StoredDrop[]> {
    return this.viewing((client) => listDrops(client, tenantId, query));
  }

  async sumDrops(tenantId: number, filter: DropFilter, by: DropSumBy, limit: number): Promise<DropSum[]> {
    return this.viewing((client) => sumDrops(client, tenantId, filter, by, limit));
  }

  async pruneLedger(
    tenantIds: number[],
    before: number,
    limits: { maxLines: number; limit: number },
  ): Promise<number> {
    return this.viewing((client) => pruneLedger(client, tenantIds, new Date(before), limits));
  }

  async findOverfull(
    afterId: number,
    limit: number,
    options: { withDeadLetters: boolean },
  ): Promise<OverfullPiece> {
    return this.viewing((client) => findOverfull(client, afterId, limit, options));
  }

  async listDeadLetters(tenantId: number, query: DeadLetterQuery): Promise<StoredDeadLetter[]> {
    return this.viewing((client) => listDeadLetters(client, tenantId, query));
  }

  async readDeadLetters(tenantId: number, ids: number[]): Promise<StoredDeadLetter[]> {
    return this.viewing((client) => readDeadLetters(client, tenantId, ids));
  }

  async pruneDeadLetters(
    tenantId: number,
    before: number,
    limits: { maxMessages: number; maxBytes: number },
  ): Promise<void> {
    return this.viewing((client) => pruneDeadLetters(client, tenantId, new Date(before), limits));
  }

  async readReceipt(tenantId: number, id: number): Promise<ReceiptRecord | undefined> {
    return this.viewing((client) => readReceipt(client, tenantId, id));
  }

  async listReceiptSessions(
    receipt: ReceiptRecord,
    afterSessionId: number,
    limit: number,
  ): Promise<StoredReceiptSession[]> {
    return this.viewing((client) => listReceiptSessions(client, receipt, afterSessionId, limit));
  }

  async deleteTenant(tenantId: number, limit: number): Promise<boolean> {
    return this.reading((client) => deleteTenantPiece(client, tenantId, limit));
  }

  async close(): Promise<void> {
    if (this.seenTimer !== null) clearInterval(this.seenTimer);
    await Promise.all([this.census.close(), this.newNames.close()]);
    await Promise.all([this.writer.close(), this.readers.end(), this.viewers.end()]);
  }

  private reading<Result>(read: (client: pg.Pool) => Promise<Result>): Promise<Result> {
    return read(this.readers).catch(throwAsStoreError);
  }

  private async viewing<Result>(read: (client: pg.Pool) => Promise<Result>): Promise<Result> {
    const found = await read(this.viewers).catch(throwAsStoreError);
    await giveWay();
    return found;
  }

  /** While the database is away there is nothing to mark; the next batch will. */
  private async markSeen(): Promise<void> {
    try {
      await markSeen(await this.writer.get(), this.epoch);
    } catch (error) {
      this.log.debug({ error: (error as Error).message }, 'Could not mark this server as alive');
    }
  }
}

function throwAsStoreError(error: unknown): never {
  throw toStoreError(error);
}
