import { type StoredTotals } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { QUEUE_DEPTH } from '../queue-depth.ts';

const TOP_QUEUES = 10;

/** What a tenant's absent sessions hold together, and the deepest of their queues. */
export async function readTotals(client: ClientBase | Pool, tenantId: number): Promise<StoredTotals> {
  const { rows } = await client.query<StoredTotals>({ name: 'read-totals', text: SQL, values: [tenantId] });
  return rows[0];
}

const SQL = `
WITH absent AS (
  SELECT s.client_id AS "clientId", coalesce(queue.messages, 0)::bigint AS "queuedMessages",
    coalesce(queue.bytes, 0)::bigint AS "queuedBytes"
  FROM session s ${QUEUE_DEPTH}
  WHERE s.tenant_id = $1 AND s.connected_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > now())
)
SELECT count(*) AS "offlineSessions", coalesce(sum("queuedMessages"), 0)::bigint AS "queuedMessages",
  coalesce(sum("queuedBytes"), 0)::bigint AS "queuedBytes",
  coalesce((SELECT jsonb_agg(top) FROM (
    SELECT * FROM absent WHERE "queuedMessages" > 0 ORDER BY "queuedMessages" DESC, "clientId" LIMIT ${TOP_QUEUES}
  ) top), '[]') AS "topQueues"
FROM absent`;
