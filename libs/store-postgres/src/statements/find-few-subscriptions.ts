import { type StoredSubscription } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { likeAnyPart } from '../session-filter.ts';
import { SUBSCRIPTION_COLUMNS } from '../subscription-row.ts';

/** One for less has no trigram to look up. */
export const SHORTEST_SEARCH = 3;

/** Those of a tenant whose filter has a part, in no order, if they are no more than `limit`; null: there are more. */
export async function findFewSubscriptions(
  client: ClientBase | Pool,
  tenantId: number,
  q: string,
  limit: number,
): Promise<StoredSubscription[] | null> {
  const values = [tenantId, likeAnyPart(q), limit + 1];
  const { rows } = await client.query<StoredSubscription>({
    name: 'find-few-subscriptions',
    text: SQL,
    values,
  });
  return rows.length > limit ? null : rows;
}

const SQL = `
SELECT ${SUBSCRIPTION_COLUMNS}
FROM (SELECT * FROM subscription WHERE tenant_id = $1 AND lower(topic_filter) LIKE $2 LIMIT $3) sub
JOIN session s ON s.id = sub.session_id`;
