import type { StoredCounts } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { IS_ABSENT } from '../../lists/session-filter.ts';

/** What the absent sessions of each tenant hold together, in the order of the tenants. */
export async function readTotals(client: ClientBase | Pool, tenantIds: number[]): Promise<StoredCounts[]> {
  const { rows } = await client.query<StoredCounts>({ name: 'read-totals', text: SQL, values: [tenantIds] });
  return rows;
}

const SQL = `
SELECT count(s.id) AS "offlineSessions", coalesce(sum(queue.messages), 0)::bigint AS "queuedMessages",
  coalesce(sum(queue.bytes), 0)::bigint AS "queuedBytes"
FROM unnest($1::int[]) WITH ORDINALITY AS tenant (id, place)
LEFT JOIN session s ON s.tenant_id = tenant.id AND ${IS_ABSENT} ${QUEUE_DEPTH}
GROUP BY tenant.place ORDER BY tenant.place`;
