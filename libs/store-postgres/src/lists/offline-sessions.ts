import type {
  AbsentFilter,
  OfflineQuery,
  StoredCounts,
  StoredDepths,
  StoredSessionPage,
  StoredTotals,
} from '@restante/broker';
import type { Pool } from 'pg';
import { type Census, COUNTED_AT_ONCE } from './census.ts';
import { chooseOfFew, chooseOfMany, type Places } from '../statements/lists/choose-sessions.ts';
import { describeSessions } from '../statements/lists/describe-sessions.ts';
import {
  findFewOfFilter,
  findFewOfTenant,
  type NamedSession,
} from '../statements/lists/find-few-sessions.ts';
import { readTotals } from '../statements/lists/read-totals.ts';
import { countDepths, readDepths } from '../statements/lists/sum-depths.ts';
import { sumOfFew, sumOfMany } from '../statements/lists/sum-sessions.ts';

const TOP_QUEUES = 10;
/** Absent sessions that a page looks at: a filter that leaves many fills it with the first of them. */
const LOOKED_AT_FIRST = 200;
/** At the most: a page is answered in time even where a filter without an index leaves hardly any. */
const LOOKED_AT = 5_000;
/** Sessions that a filter leaves whose queues are counted to sort them. */
const COUNTED_OF_FEW = 100;

/** A page of a tenant's absent sessions, chosen first and looked at closely then. */
export async function listOfflineSessions(
  database: Pool,
  census: Census,
  tenantId: number,
  query: OfflineQuery,
): Promise<StoredSessionPage> {
  const { places, lookedAt } = await choose(database, census, tenantId, query);
  const described = await describeSessions(
    database,
    places.map(({ id }) => id),
  );
  const sessions = places.flatMap(({ id, rank }) => {
    const session = described.get(id);
    return session === undefined ? [] : [{ ...session, rank }];
  });
  return { sessions, lookedAt: lookedAt && { queuedMessages: lookedAt.rank, clientId: lookedAt.clientId } };
}

async function choose(
  database: Pool,
  census: Census,
  tenantId: number,
  query: OfflineQuery,
): Promise<Places> {
  if (query.sort === 'queuedMessages') {
    const all = await findFew(database, census, tenantId);
    if (all !== null) return chooseOfFew(database, all, query, 'queue');
  }
  const nearby = await chooseOfMany(database, tenantId, query, LOOKED_AT_FIRST);
  if (nearby.lookedAt === null) return nearby;
  const few = await findFewOfFilter(database, tenantId, query, COUNTED_AT_ONCE);
  if (few === null) return chooseOfMany(database, tenantId, query, LOOKED_AT);
  return chooseOfFew(database, few, query, few.length <= COUNTED_OF_FEW ? 'queue' : 'census');
}

/** All that a tenant has, if they are few. */
async function findFew(database: Pool, census: Census, tenantId: number): Promise<NamedSession[] | null> {
  return census.hasMany(tenantId) ? null : findFewOfTenant(database, tenantId, COUNTED_AT_ONCE);
}

/** What the absent sessions that a filter leaves hold together; of very many with their queues as last counted. */
export async function sumOffline(
  database: Pool,
  tenantId: number,
  filter: AbsentFilter,
): Promise<StoredCounts & { isEstimate: boolean }> {
  const few =
    (await findFewOfFilter(database, tenantId, filter, COUNTED_AT_ONCE)) ??
    (await findFewOfTenant(database, tenantId, COUNTED_AT_ONCE));
  return few === null
    ? { ...(await sumOfMany(database, tenantId, filter)), isEstimate: true }
    : { ...(await sumOfFew(database, few, filter)), isEstimate: false };
}

/** What a tenant's absent sessions hold together, and the deepest of their queues. */
export async function readTenantTotals(
  database: Pool,
  census: Census,
  tenantId: number,
): Promise<StoredTotals> {
  const few = await findFew(database, census, tenantId);
  const [[counts], { sessions }] = await Promise.all([
    few === null ? countOffline(database, census, [tenantId]) : readTotals(database, [tenantId]),
    listOfflineSessions(database, census, tenantId, { sort: 'queuedMessages', limit: TOP_QUEUES }),
  ]);
  const topQueues = sessions
    .filter(({ queuedMessages }) => queuedMessages > 0)
    .map(({ clientId, queuedMessages, queuedBytes }) => ({
      clientId,
      queuedMessages,
      queuedBytes,
    }));
  return { ...counts, topQueues };
}

/** How deep the queues of absent sessions are, by the greatest depth of each bucket. */
export async function distributeDepths(
  database: Pool,
  census: Census,
  bounds: readonly number[],
): Promise<StoredDepths> {
  return (await census.isTaken()) ? readDepths(database, bounds) : countDepths(database, bounds);
}

/** What the absent sessions of each tenant hold, in the order of the tenants. */
export async function countOffline(
  database: Pool,
  census: Census,
  tenantIds: number[],
): Promise<StoredCounts[]> {
  return (await census.of(tenantIds)) ?? readTotals(database, tenantIds);
}
