import {
  bySubscription,
  type StoredSubscription,
  type StoredSubscriptionPage,
  type StoredSubscriptionsQuery,
} from '@restante/broker';
import type { Pool } from 'pg';
import { hasParts } from './session-filter.ts';
import { findFewSubscriptions } from '../statements/lists/find-few-subscriptions.ts';
import { listSubscriptionsOf } from '../statements/lists/list-subscriptions-of.ts';
import { walkSubscriptions } from '../statements/lists/walk-subscriptions.ts';
import { toPosition } from '../rows/subscription-row.ts';

/** Subscriptions that a search looks at: one that leaves many fills its page with the first of them. */
const LOOKED_AT_FIRST = 200;
/** At the most, where a search is too short for the index or leaves very many. */
const LOOKED_AT = 5_000;
/** That a search leaves and that are put in order at once. */
const SORTED_AT_ONCE = 1_000;

/** A page of a tenant's subscriptions, by filter and session. */
export async function listSubscriptions(
  database: Pool,
  tenantId: number,
  query: StoredSubscriptionsQuery,
): Promise<StoredSubscriptionPage> {
  const { topicFilters, q, clientId, limit } = query;
  if (topicFilters !== undefined) return toPage(await listSubscriptionsOf(database, tenantId, query), limit);
  if (q === undefined || clientId !== undefined) return walk(database, tenantId, query, LOOKED_AT);
  const nearby = await walk(database, tenantId, query, LOOKED_AT_FIRST);
  if (nearby.next === null || nearby.subscriptions.length === limit) return nearby;
  const few = hasParts(q) ? await findFewSubscriptions(database, tenantId, q, SORTED_AT_ONCE) : null;
  return few === null ? walk(database, tenantId, query, LOOKED_AT) : pageOf(few, query);
}

async function walk(
  database: Pool,
  tenantId: number,
  query: StoredSubscriptionsQuery,
  most: number,
): Promise<StoredSubscriptionPage> {
  // Without a search each one looked at is wanted, but for those of sessions that have just expired.
  const looked = query.q === undefined ? query.limit : most;
  const { found, lookedAt } = await walkSubscriptions(database, tenantId, query, looked);
  return { subscriptions: found, next: lookedAt };
}

function pageOf(
  few: StoredSubscription[],
  { after, limit }: StoredSubscriptionsQuery,
): StoredSubscriptionPage {
  const rest = after === undefined ? few : few.filter((each) => bySubscription(each, after) > 0);
  return toPage(rest.sort(bySubscription).slice(0, limit), limit);
}

function toPage(subscriptions: StoredSubscription[], limit: number): StoredSubscriptionPage {
  const next = subscriptions.length < limit ? null : toPosition(subscriptions.at(-1)!);
  return { subscriptions, next };
}
