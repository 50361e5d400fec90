import { rangeCount } from '../rows/multirange.ts';

/**
 * A lateral join that gives each session `s` the depth of its queue: what lies between its cursors and the heads of
 * their logs, less what is done out of order, and less what a full queue will drop when it is looked at. The head of a
 * log whose entries are all reclaimed is where the cursor stands. A session without a cursor has none waiting: LEAST
 * passes over a sum of nothing, which is null.
 */
export const QUEUE_DEPTH = `
LEFT JOIN LATERAL (
  SELECT least(kept_messages(s.overflow, s.max_queued_messages),
      coalesce(sum(CASE WHEN newest.messages IS NOT NULL THEN newest.messages
        ELSE greatest(0, coalesce(c.retire_at, head.sequence, c.floor) - c.floor - ${rangeCount('c.done')}) END), 0)) AS messages,
    sum(CASE WHEN newest.bytes IS NOT NULL THEN newest.bytes WHEN coalesce(c.retire_at, head.sequence, c.floor) > c.floor
      THEN greatest(0, head.bytes - c.consumed_bytes) ELSE 0 END) AS bytes
  FROM cursor c
  LEFT JOIN LATERAL (
    SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
    FROM log_run WHERE filter_id = c.filter_id ORDER BY last_sequence DESC LIMIT 1
  ) head ON true
  LEFT JOIN LATERAL (
    SELECT greatest(0, f.newest_from - 1 - c.floor) + count(n.sequence) AS messages, coalesce(sum(n.bytes), 0) AS bytes
    FROM durable_filter f
    LEFT JOIN newest_message n ON n.filter_id = f.id AND n.sequence >= f.newest_from AND n.sequence > c.floor
      AND NOT c.done @> n.sequence
    WHERE f.id = c.filter_id AND f.newest_from IS NOT NULL AND s.keep_last_per_topic AND c.retire_at IS NULL
    GROUP BY f.newest_from
  ) newest ON true
  WHERE c.session_id = s.id
) queue ON true`;
