import type { StoredSubscription } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { hasPartsOf, likeAnyPart, Parameters } from '../../lists/session-filter.ts';
import { SUBSCRIPTION_COLUMNS } from '../../rows/subscription-row.ts';

/** Those of a tenant whose filter has a part, in no order, if they are no more than `limit`; null: there are more. */
export async function findFewSubscriptions(
  client: ClientBase | Pool,
  tenantId: number,
  q: string,
  limit: number,
): Promise<StoredSubscription[] | null> {
  const $ = new Parameters();
  const text = `
WITH alike AS MATERIALIZED (SELECT * FROM subscription WHERE ${hasPartsOf('topic_filter', tenantId, q, $)})
SELECT ${SUBSCRIPTION_COLUMNS}
FROM (SELECT * FROM alike WHERE lower(topic_filter) LIKE ${$.add(likeAnyPart(q))} LIMIT ${$.add(limit + 1)}) sub
JOIN session s ON s.id = sub.session_id`;
  const { rows } = await client.query<StoredSubscription>(text, $.values);
  return rows.length > limit ? null : rows;
}
