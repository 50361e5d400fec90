import { bySubscription, type StoredSubscription, type StoredSubscriptionsQuery } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { IN_ORDER, SUBSCRIPTION_COLUMNS } from '../../rows/subscription-row.ts';

/** A tenant's subscriptions to certain filters, in order, of all sessions or of one. Each filter is looked up by itself. */
export async function listSubscriptionsOf(
  client: ClientBase | Pool,
  tenantId: number,
  { topicFilters = [], clientId, limit, after }: StoredSubscriptionsQuery,
): Promise<StoredSubscription[]> {
  const from = topicFilters.map((topicFilter) => firstSession(topicFilter, after));
  const values = [tenantId, topicFilters, int8Array(from), clientId ?? null, limit];
  const { rows } = await client.query<StoredSubscription>({
    name: 'list-subscriptions-of',
    text: SQL,
    values,
  });
  return rows;
}

/** The least session identifier of a filter's that is after the last subscription seen. */
function firstSession(topicFilter: string, after: StoredSubscriptionsQuery['after']): number {
  if (after === undefined) return 0;
  const { sessionId } = after;
  const candidates = [0, sessionId, sessionId + 1];
  const first = candidates.find((id) => bySubscription({ topicFilter, sessionId: id }, after) > 0);
  return first ?? Number.MAX_SAFE_INTEGER;
}

const SQL = `
SELECT ${SUBSCRIPTION_COLUMNS}
FROM unnest($2::text[], $3::bigint[]) AS wanted (topic_filter, first_session)
CROSS JOIN LATERAL (
  SELECT of_filter.* FROM subscription of_filter
  JOIN session ON session.id = session_id AND (expires_at IS NULL OR expires_at > now())
  WHERE of_filter.tenant_id = $1 AND left(topic_filter, 200) = left(wanted.topic_filter, 200)
    AND session_id >= wanted.first_session AND topic_filter = wanted.topic_filter
    AND ($4::text IS NULL OR client_id = $4)
  ORDER BY session_id LIMIT $5
) sub
JOIN session s ON s.id = sub.session_id
ORDER BY ${IN_ORDER} LIMIT $5`;
