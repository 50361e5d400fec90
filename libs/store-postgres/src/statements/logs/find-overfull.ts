import type { OverfullPiece, OverfullSession, QueueLimits } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { IS_ABSENT } from '../../lists/session-filter.ts';
import { rangeCount } from '../../rows/multirange.ts';

type Row = Omit<OverfullSession, 'limits'> & QueueLimits;

/** Of so many sessions after one, those that are absent with more in their queues than these may hold. */
export async function findOverfull(
  client: ClientBase | Pool,
  afterId: number,
  limit: number,
  { withDeadLetters }: { withDeadLetters: boolean },
): Promise<OverfullPiece> {
  const { rows } = await client.query<{ lastId: number | null; sessions: Row[] }>({
    name: 'find-overfull',
    text: SQL,
    values: [afterId, limit, withDeadLetters],
  });
  const [{ lastId, sessions }] = rows;
  return {
    lastId,
    sessions: sessions.map(({ overflow, maxQueuedMessages, maxQueuedBytes, ...session }) => ({
      ...session,
      limits: { overflow, maxQueuedMessages, maxQueuedBytes },
    })),
  };
}

const SQL = `
WITH piece AS MATERIALIZED (SELECT * FROM session WHERE id > $1 AND dead_letters = $3 ORDER BY id LIMIT $2)
SELECT (SELECT CASE WHEN count(*) = $2 THEN max(id) END FROM piece) AS "lastId", coalesce((
  SELECT jsonb_agg(jsonb_build_object('id', s.id, 'tenantId', s.tenant_id, 'clientId', s.client_id,
    'overflow', s.overflow, 'maxQueuedMessages', s.max_queued_messages, 'maxQueuedBytes', s.max_queued_bytes,
    'retentionSeconds', s.retention_seconds, 'deadLetters', s.dead_letters))
  FROM piece s
  CROSS JOIN LATERAL (
    SELECT sum(greatest(0, coalesce(c.retire_at, head.sequence, c.floor) - c.floor - ${rangeCount('c.done')})) AS messages
    FROM cursor c
    LEFT JOIN LATERAL (
      SELECT last_sequence AS sequence FROM log_run WHERE filter_id = c.filter_id ORDER BY last_sequence DESC LIMIT 1
    ) head ON true
    WHERE c.session_id = s.id
  ) queue
  WHERE ${IS_ABSENT} AND s.overflow <> 'reject-publisher' AND NOT s.keep_last_per_topic
    AND queue.messages > s.max_queued_messages
), '[]') AS sessions`;
