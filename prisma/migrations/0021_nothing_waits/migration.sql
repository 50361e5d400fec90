-- For a session without a cursor nothing waits: LEAST passes over a sum of nothing, and told its queue's limit.
CREATE OR REPLACE VIEW "restante_read"."sessions" WITH (security_barrier) AS
SELECT t.tenant, s.client_id, s.username, s.protocol_version, s.created_at, s.connected_at, s.disconnected_at, s.expires_at,
  coalesce(queue.messages, 0)::bigint AS queued_messages, coalesce(queue.bytes, 0)::bigint AS queued_bytes, s.dropped_messages
FROM public.session s
JOIN restante_read.tenants t ON t.id = s.tenant_id
LEFT JOIN LATERAL (
  SELECT least(public.kept_messages(s.overflow, s.max_queued_messages),
      coalesce(sum(greatest(0, coalesce(c.retire_at, head.sequence, c.floor) - c.floor - public.range_count(c.done))), 0)) AS messages,
    sum(CASE WHEN coalesce(c.retire_at, head.sequence, c.floor) > c.floor
      THEN greatest(0, head.bytes - c.consumed_bytes) ELSE 0 END) AS bytes
  FROM public.cursor c
  LEFT JOIN LATERAL (
    SELECT last_sequence AS sequence, bytes_before + bytes AS bytes
    FROM public.log_run WHERE filter_id = c.filter_id ORDER BY last_sequence DESC LIMIT 1
  ) head ON true
  WHERE c.session_id = s.id
) queue ON true
WHERE s.expires_at IS NULL OR s.expires_at > now();
