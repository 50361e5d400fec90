/**
 * A lateral join that gives each session `s` the depth of its queue: what lies between its cursors and the heads of
 * their logs, less what is done out of order, and less what a full queue will drop when it is looked at. The head of a log whose entries are all reclaimed is where the cursor
 * stands.
 */
export const QUEUE_DEPTH = `
LEFT JOIN LATERAL (
  SELECT least(s.keeps_newest,
      sum(greatest(0, coalesce(c.retire_at, head.sequence, c.floor) - c.floor - range_count(c.done)))) AS messages,
    sum(CASE WHEN coalesce(c.retire_at, head.sequence, c.floor) > c.floor
      THEN greatest(0, head.bytes - c.consumed_bytes) ELSE 0 END) AS bytes
  FROM cursor c
  LEFT JOIN LATERAL (
    SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
    FROM log_run WHERE filter_id = c.filter_id ORDER BY last_sequence DESC LIMIT 1
  ) head ON true
  WHERE c.session_id = s.id
) queue ON true`;
