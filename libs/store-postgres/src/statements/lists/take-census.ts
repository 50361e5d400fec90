import type { StoredCounts } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { IS_ABSENT } from '../../lists/session-filter.ts';

export interface TenantCounts extends StoredCounts {
  tenantId: number;
}

/** A piece of the census. */
export interface Piece {
  /** The last session of it; null: there are no more. */
  lastId: number | null;
  /** What it changes in the totals of tenants. */
  changes: TenantCounts[];
}

/** Counts the queues of so many sessions after one, and forgets those that are absent no more. */
export async function takeCensus(client: ClientBase | Pool, afterId: number, limit: number): Promise<Piece> {
  const { rows } = await client.query<Piece>({ name: 'take-census', text: TAKE, values: [afterId, limit] });
  return rows[0];
}

/** Both ends of the range are known to the index: with an open end it would read all that follows. */
const TAKE = `
WITH piece AS MATERIALIZED (SELECT id FROM session WHERE id > $1 ORDER BY id LIMIT $2),
  range AS (
    SELECT last_id, coalesce(last_id, 9223372036854775807) AS until
    FROM (SELECT CASE WHEN count(*) = $2 THEN max(id) END AS last_id FROM piece) ended
  ),
  before AS (
    SELECT c.* FROM queue_census c, range WHERE c.session_id > $1 AND c.session_id <= until
  ),
  present AS (
    SELECT s.id AS session_id, s.tenant_id, s.client_id,
      coalesce(queue.messages, 0)::bigint AS messages, coalesce(queue.bytes, 0)::bigint AS bytes
    FROM piece JOIN session s USING (id) ${QUEUE_DEPTH}
    WHERE ${IS_ABSENT}
  ),
  removed AS (
    DELETE FROM queue_census c USING range
    WHERE c.session_id > $1 AND c.session_id <= until
      AND NOT EXISTS (SELECT FROM present p WHERE p.session_id = c.session_id)
  ),
  put AS (
    INSERT INTO queue_census AS c SELECT session_id, tenant_id, client_id, messages, bytes FROM present
    ON CONFLICT (session_id) DO UPDATE SET messages = excluded.messages, bytes = excluded.bytes
    WHERE (c.messages, c.bytes) <> (excluded.messages, excluded.bytes)
  ),
  change AS (
    SELECT tenant_id, sum(sessions)::bigint AS sessions, sum(messages)::bigint AS messages, sum(bytes)::bigint AS bytes
    FROM (
      SELECT tenant_id, 1 AS sessions, messages, bytes FROM present
      UNION ALL SELECT tenant_id, -1, -messages, -bytes FROM before
    ) counted
    GROUP BY tenant_id
  )
SELECT last_id AS "lastId", coalesce((
  SELECT jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'offlineSessions', sessions,
    'queuedMessages', messages, 'queuedBytes', bytes))
  FROM change), '[]') AS changes
FROM range`;

/** What the census has found so far, by tenant. */
export async function readCensus(client: ClientBase | Pool): Promise<TenantCounts[]> {
  const { rows } = await client.query<TenantCounts>(`
SELECT tenant_id AS "tenantId", count(*) AS "offlineSessions", sum(messages)::bigint AS "queuedMessages",
  sum(bytes)::bigint AS "queuedBytes"
FROM queue_census GROUP BY tenant_id`);
  return rows;
}

/** Whether there are more than so many sessions. */
export async function hasMoreSessions(client: ClientBase | Pool, limit: number): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM session OFFSET $1 LIMIT 1', [limit]);
  return rows.length > 0;
}
