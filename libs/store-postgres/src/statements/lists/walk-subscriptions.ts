import type { StoredSubscription, StoredSubscriptionsQuery } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { likeAnyPart, Parameters } from '../../lists/session-filter.ts';
import { IN_ORDER, SUBSCRIPTION_COLUMNS, toPosition } from '../../rows/subscription-row.ts';

export interface Walk {
  found: StoredSubscription[];
  /** The last one looked at where there may be more; null: it came to the end. */
  lookedAt: { topicFilter: string; sessionId: number } | null;
}

/** A tenant's subscriptions in the order of their filters: those that a query wants of the next `most`. */
export async function walkSubscriptions(
  client: ClientBase | Pool,
  tenantId: number,
  query: StoredSubscriptionsQuery,
  most: number,
): Promise<Walk> {
  const $ = new Parameters();
  const next = following(tenantId, query, most, $);
  const wanted =
    query.q === undefined ? '' : `WHERE lower(looked_at.topic_filter) LIKE ${$.add(likeAnyPart(query.q))}`;
  const { rows: found } = await client.query<StoredSubscription>({
    text: `
SELECT ${SUBSCRIPTION_COLUMNS} FROM (SELECT * FROM (${next}) looked_at ${wanted}) sub
CROSS JOIN LATERAL (
  -- One after the other, in order, until the page is full: OFFSET keeps it from becoming another kind of join.
  SELECT client_id, username FROM session
  WHERE id = sub.session_id AND (expires_at IS NULL OR expires_at > now()) OFFSET 0
) s
ORDER BY ${IN_ORDER} LIMIT ${$.add(query.limit)}`,
    values: $.values,
  });
  if (found.length === query.limit) return { found, lookedAt: toPosition(found.at(-1)!) };
  const $last = new Parameters();
  const all = following(tenantId, query, most, $last);
  const { rows } = await client.query<Walk['lookedAt'] & object>(
    `SELECT topic_filter AS "topicFilter", session_id AS "sessionId" FROM (${all}) sub OFFSET ${most - 1}`,
    $last.values,
  );
  return { found, lookedAt: rows[0] ?? null };
}

function following(
  tenantId: number,
  { clientId, after }: StoredSubscriptionsQuery,
  most: number,
  $: Parameters,
): string {
  const tenant = $.add(tenantId);
  const ofSession =
    clientId === undefined
      ? ''
      : `AND session_id = (SELECT id FROM session WHERE tenant_id = ${tenant} AND client_id = ${$.add(clientId)})`;
  let isAfter = '';
  if (after !== undefined) {
    const [filter, session] = [$.add(after.topicFilter), $.add(after.sessionId)];
    isAfter = `AND (left(topic_filter, 200), session_id, topic_filter) > (left(${filter}, 200), ${session}, ${filter})`;
  }
  return `SELECT * FROM subscription sub WHERE tenant_id = ${tenant} ${ofSession} ${isAfter} ORDER BY ${IN_ORDER} LIMIT ${most}`;
}
