import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { rangeCount } from '../../rows/multirange.ts';

/**
 * Removes runs that every cursor of their filter has passed, or that lie before what the longest queue may hold (what
 * is done out of order takes no place in a queue), runs of deleted filters, and runs of superseded messages that only
 * absent sessions would read which keep the newest of each topic; with them the segments that no run
 * needs any more, at once, so that a crash leaves none behind. Returns how many runs there were.
 *
 * What a session that keeps what it loses has not passed stays: it is copied first.
 *
 * What is kept for rewinding stays until it is as old as the longest retention of the sessions that follow the filter,
 * but no more of it than the largest of their queues could take again.
 *
 * Its commit does not wait for the disk: what a crash brings back is removed again.
 */
export async function reclaimRuns(
  client: ClientBase | Pool,
  filterIds: number[],
  limit: number,
): Promise<number> {
  const { rows } = await client.query<{ removed: number }>({
    name: 'reclaim-runs',
    text: SQL,
    values: [int8Array(filterIds), limit],
  });
  return rows[0].removed;
}

/** A run of a filter that is kept for rewinding. */
const IS_KEPT = `run.stored_at > now() - retention AND run.last_sequence > head_sequence - most_messages
    AND run.bytes_before + run.bytes > head_bytes - most_bytes`;

const SQL = `
WITH followed AS (
  SELECT filter.id AS filter_id, head.sequence AS head_sequence, head.bytes AS head_bytes, followers.*
  FROM durable_filter filter
  CROSS JOIN LATERAL (
    SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
    FROM log_run WHERE filter_id = filter.id ORDER BY last_sequence DESC LIMIT 1
  ) head
  CROSS JOIN LATERAL (
    SELECT min(greatest(cursor.floor,
      CASE WHEN session.keep_last_per_topic THEN (
          SELECT sequence FROM newest_message WHERE filter_id = filter.id AND session.connected_at IS NULL
          ORDER BY sequence DESC OFFSET session.max_queued_messages LIMIT 1)
        WHEN session.dead_letters THEN NULL
        WHEN coalesce(session.overflow, cursor.overflow) = 'drop-oldest'
          THEN head.sequence - ${rangeCount('cursor.done')} - coalesce(session.max_queued_messages, cursor.max_queued_messages)
      END)) AS up_to,
      max(session.retention_seconds) * interval '1 second' AS retention,
      max(session.max_queued_messages) FILTER (WHERE session.retention_seconds > 0) AS most_messages,
      max(session.max_queued_bytes) FILTER (WHERE session.retention_seconds > 0) AS most_bytes
    FROM cursor LEFT JOIN session ON session.id = cursor.session_id WHERE cursor.filter_id = filter.id
  ) followers
  WHERE filter.id = ANY($1::bigint[]) AND filter.deleted_at IS NULL
), free AS (
  SELECT filter_id, CASE WHEN most_messages IS NULL THEN up_to ELSE least(up_to, (
      SELECT run.first_sequence - 1 FROM log_run run
      WHERE run.filter_id = followed.filter_id AND run.last_sequence <= up_to AND ${IS_KEPT}
      ORDER BY run.last_sequence LIMIT 1)) END AS up_to
  FROM followed
  UNION ALL
  SELECT id, 9223372036854775807 FROM durable_filter WHERE deleted_at IS NOT NULL
), superseded AS (
  SELECT run.filter_id, run.last_sequence, run.segment_id
  FROM durable_filter filter
  CROSS JOIN LATERAL (
    SELECT min(cursor.floor) AS floor FROM cursor
    LEFT JOIN session ON session.id = cursor.session_id
    LEFT JOIN session_state state ON state.session_id = cursor.session_id
    WHERE cursor.filter_id = filter.id AND NOT coalesce(session.keep_last_per_topic AND session.connected_at IS NULL
      AND cursor.retire_at IS NULL AND length(state.inflight) = 0, false)
  ) others
  JOIN free ON free.filter_id = filter.id
  JOIN followed ON followed.filter_id = filter.id
  JOIN log_run run ON run.filter_id = filter.id AND run.first_sequence >= filter.newest_from
    AND run.last_sequence > free.up_to AND (others.floor IS NULL OR run.last_sequence <= others.floor)
  WHERE filter.id = ANY($1::bigint[]) AND filter.newest_from IS NOT NULL AND filter.deleted_at IS NULL
    AND (most_messages IS NULL OR run.stored_at IS NULL OR NOT (${IS_KEPT}))
    AND NOT EXISTS (SELECT FROM newest_message
      WHERE filter_id = filter.id AND sequence BETWEEN run.first_sequence AND run.last_sequence)
  LIMIT $2
), passed AS (
  SELECT run.filter_id, run.last_sequence, run.segment_id
  FROM free JOIN log_run run ON run.filter_id = free.filter_id AND run.last_sequence <= free.up_to
  LIMIT $2
), gone AS (
  SELECT * FROM passed UNION ALL SELECT * FROM superseded
), outdated AS (
  DELETE FROM newest_message USING free
  WHERE newest_message.filter_id = free.filter_id AND newest_message.sequence <= free.up_to
), removed AS (
  DELETE FROM log_run USING gone
  WHERE log_run.filter_id = gone.filter_id AND log_run.last_sequence = gone.last_sequence
), emptied AS (
  DELETE FROM segment USING (SELECT segment_id, count(*) AS runs FROM gone GROUP BY segment_id) loser
  WHERE segment.id = loser.segment_id
    AND loser.runs = (SELECT count(*) FROM log_run WHERE log_run.segment_id = loser.segment_id)
)
SELECT count(*) AS removed, set_config('synchronous_commit', 'off', true) FROM gone`;
