import { parseSharedFilter } from '@restante/mqtt-codec';
import type { Namespace } from '../../namespace.ts';
import type { Store, StoredSubscription, SubscriptionPosition } from '../../ports.ts';
import type { Session } from '../../sessions/session.ts';
import type { Subscription } from '../../sessions/subscription.ts';
import { firstOfMany } from './first-of.ts';
import type { Page, SubscriptionQuery, SubscriptionSummary } from '../inspection.ts';
import { pageOf } from './page-of.ts';
import { decodeToken, encodeToken } from './page-token.ts';
import { bySubscription } from './subscription-order.ts';

/** Of pages from the store, for one page of the list. */
const MAX_READS = 5;

interface Placed extends SubscriptionPosition {
  summary: SubscriptionSummary;
}

interface Wanted {
  topicFilters: string[] | undefined;
  /** In lower case. */
  q: string | undefined;
  clientId: string | undefined;
  after: SubscriptionPosition | undefined;
  limit: number;
}

/**
 * A tenant's subscriptions by topic filter: those of sessions that outlive their connection from the store, which has
 * each before its SUBACK, those of the others from memory.
 */
export async function listSubscriptions(
  namespace: Namespace,
  query: SubscriptionQuery,
  store: Pick<Store, 'listSubscriptions'>,
): Promise<Page<SubscriptionSummary>> {
  const wanted = {
    topicFilters: filtersOf(namespace, query),
    q: query.q?.toLowerCase(),
    clientId: query.clientId,
    after: query.after === undefined ? undefined : decodePosition(query.after),
    limit: query.limit,
  };
  if (wanted.topicFilters?.length === 0) return { items: [], next: null };
  const { placed, until } = await listStored(namespace, wanted, store);
  const found = [...(await listTransient(namespace, wanted)), ...placed];
  const { items, next } = pageOf(found, { until, limit: query.limit, compare: bySubscription });
  return { items, next: next && encodePosition(next) };
}

/** The filters that are asked for; undefined: all. */
function filtersOf(
  namespace: Namespace,
  { topicFilter, matchesTopic, q }: SubscriptionQuery,
): string[] | undefined {
  if (topicFilter === undefined && matchesTopic === undefined) return undefined;
  let filters = matchesTopic === undefined ? [topicFilter!] : filtersThatMatch(namespace, matchesTopic);
  if (topicFilter !== undefined) filters = filters.filter((filter) => filter === topicFilter);
  return q === undefined
    ? filters
    : filters.filter((filter) => filter.toLowerCase().includes(q.toLowerCase()));
}

/** Those that bring a message of this topic to somebody who is online, or to a queue. */
function filtersThatMatch(namespace: Namespace, topic: string): string[] {
  return namespace.tree
    .match(topic)
    .nodes.flatMap((node) => [
      node.topicFilter,
      ...[...node.groups.values()].map((group) => group.topicFilter),
    ]);
}

/** One more than a page holds, so that the end is known. */
async function listStored(
  namespace: Namespace,
  { limit, after, ...rest }: Wanted,
  store: Pick<Store, 'listSubscriptions'>,
): Promise<{ placed: Placed[]; until: SubscriptionPosition | null }> {
  const placed: Placed[] = [];
  let until: SubscriptionPosition | null = after ?? null;
  for (let read = 0; read < MAX_READS && placed.length <= limit; read++) {
    const query = { ...rest, limit: limit + 1, after: until ?? undefined };
    const page = await store.listSubscriptions(namespace.tenantId, query);
    for (const stored of page.subscriptions) {
      if (isOver(namespace, stored)) continue;
      const { topicFilter, sessionId } = stored;
      placed.push({ topicFilter, sessionId, summary: summarizeStored(namespace, stored) });
    }
    until = page.next;
    if (until === null) break;
  }
  return { placed, until };
}

/** Its session has been replaced or has ended, which the store does not know yet. */
function isOver(namespace: Namespace, { clientId, sessionId }: StoredSubscription): boolean {
  const session = namespace.sessions.get(clientId);
  return session === undefined ? namespace.isEnding(clientId) : session.id !== sessionId;
}

async function listTransient(namespace: Namespace, wanted: Wanted): Promise<Placed[]> {
  const first = await firstOfMany(transient(namespace, wanted), wanted.limit + 1, bySubscription);
  return first.map(({ subscription, ...position }) => ({ ...position, summary: summarize(subscription) }));
}

/** Sessions that have none are looked at, too. */
function* transient(namespace: Namespace, wanted: Wanted) {
  const { clientId, after } = wanted;
  const sessions =
    clientId === undefined ? namespace.sessions.values() : [namespace.sessions.get(clientId)].values();
  for (const session of sessions) {
    if (session === undefined || session.isDurable || session.connection === null) {
      yield undefined;
      continue;
    }
    for (const subscription of subscriptionsOf(session, wanted)) {
      const placed = { topicFilter: subscription.topicFilter, sessionId: session.id, subscription };
      yield after === undefined || bySubscription(after, placed) < 0 ? placed : undefined;
    }
  }
}

function* subscriptionsOf({ subscriptions }: Session, { topicFilters, q }: Wanted): Generator<Subscription> {
  if (topicFilters === undefined) {
    for (const subscription of subscriptions.values())
      if (q === undefined || subscription.topicFilter.toLowerCase().includes(q)) yield subscription;
    return;
  }
  for (const topicFilter of topicFilters) {
    const subscription = subscriptions.get(topicFilter);
    if (subscription !== undefined) yield subscription;
  }
}

function summarize(subscription: Subscription): SubscriptionSummary {
  const { session, share, topicFilter, qos, noLocal, retainAsPublished, retainHandling } = subscription;
  return {
    clientId: session.clientId,
    username: session.username,
    state: 'online',
    outlivesConnection: false,
    topicFilter,
    shareName: share?.shareName ?? null,
    ...{ qos, noLocal, retainAsPublished, retainHandling },
    subscriptionIdentifier: subscription.identifier || null,
  };
}

function summarizeStored(namespace: Namespace, stored: StoredSubscription): SubscriptionSummary {
  const { clientId, username, topicFilter, qos, noLocal, retainAsPublished, retainHandling } = stored;
  return {
    clientId,
    username,
    state: namespace.sessions.get(clientId)?.connection ? 'online' : 'offline',
    outlivesConnection: true,
    topicFilter,
    shareName: parseSharedFilter(topicFilter)?.shareName ?? null,
    ...{ qos, noLocal, retainAsPublished, retainHandling },
    subscriptionIdentifier: stored.identifier || null,
  };
}

function encodePosition({ topicFilter, sessionId }: SubscriptionPosition): string {
  return encodeToken([topicFilter, sessionId]);
}

/** @returns undefined for anything that `encodePosition` did not make: the list begins at its start */
function decodePosition(token: string): SubscriptionPosition | undefined {
  const [topicFilter, sessionId] = decodeToken(token);
  if (typeof topicFilter !== 'string' || !Number.isSafeInteger(sessionId)) return undefined;
  return { topicFilter, sessionId: sessionId as number };
}
