import { type ClientBase, type Pool } from 'pg';
import { int8Array } from '../binary-arrays.ts';

/**
 * Removes runs that every cursor of their filter has passed, or that lie before what the longest queue may hold (what
 * is done out of order takes no place in a queue), and runs of deleted filters. Returns the segment of each run removed.
 */
export async function reclaimRuns(
  client: ClientBase | Pool,
  filterIds: number[],
  limit: number,
): Promise<number[]> {
  const { rows } = await client.query<{ segmentId: number }>({
    name: 'reclaim-runs',
    text: SQL,
    values: [int8Array(filterIds), limit],
  });
  return rows.map(({ segmentId }) => segmentId);
}

const SQL = `
WITH free AS (
  SELECT asked.filter_id, (
    SELECT min(greatest(cursor.floor, head.sequence - session.keeps_newest - range_count(cursor.done)))
    FROM cursor JOIN session ON session.id = cursor.session_id WHERE cursor.filter_id = asked.filter_id
  ) AS up_to
  FROM unnest($1::bigint[]) AS asked (filter_id)
  CROSS JOIN LATERAL (
    SELECT last_sequence AS sequence FROM log_run WHERE filter_id = asked.filter_id ORDER BY last_sequence DESC LIMIT 1
  ) head
  UNION ALL
  SELECT id, 9223372036854775807 FROM durable_filter WHERE deleted_at IS NOT NULL
), gone AS (
  SELECT run.filter_id, run.last_sequence
  FROM free JOIN log_run run ON run.filter_id = free.filter_id AND run.last_sequence <= free.up_to
  LIMIT $2
)
DELETE FROM log_run USING gone
WHERE log_run.filter_id = gone.filter_id AND log_run.last_sequence = gone.last_sequence
RETURNING log_run.segment_id AS "segmentId"`;
