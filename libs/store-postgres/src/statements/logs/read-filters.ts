import type { RecoveredFilter } from '@restante/broker';
import type { ClientBase } from 'pg';

/**
 * All durable filters with the heads of their logs. A head is the greatest sequence number in the log or under any
 * cursor: entries that were cancelled were never written, but cursors may have passed them.
 */
export async function readFilters(client: ClientBase): Promise<Omit<RecoveredFilter, 'group'>[]> {
  const { rows } = await client.query<Omit<RecoveredFilter, 'group'>>(SQL);
  return rows;
}

const SQL = `
SELECT f.id, f.tenant_id AS "tenantId", f.topic_filter AS "topicFilter", f.newest_from AS "newestFrom",
  f.kept_from AS "keptFrom",
  greatest(last.sequence, followers.top, 0) AS head,
  greatest(last.bytes, followers.consumed, 0) AS "totalBytes",
  followers.cursors AS "cursorCount", followers.following AS "followerCount"
FROM durable_filter f
JOIN (
  SELECT filter_id, count(*) AS cursors, count(*) FILTER (WHERE retire_at IS NULL) AS following,
    max(greatest(floor, upper(done) - 1)) AS top, max(consumed_bytes) AS consumed
  FROM cursor GROUP BY filter_id
) followers ON followers.filter_id = f.id
LEFT JOIN LATERAL (
  SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
  FROM log_run WHERE filter_id = f.id ORDER BY last_sequence DESC LIMIT 1
) last ON true
WHERE f.deleted_at IS NULL`;
