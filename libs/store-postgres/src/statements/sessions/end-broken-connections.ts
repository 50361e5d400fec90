import type { ClientBase } from 'pg';

/**
 * Sessions that a crash left connected were last seen when their server was: from then their expiry and their
 * wills' delays run, and their histories tell so. Returns how many there were.
 *
 * @param now - of this start, in ms since the epoch
 */
export async function endBrokenConnections(client: ClientBase, seenAt: Date, now: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(SQL, [seenAt, now * 1_000, DETAIL]);
  return rows[0].count;
}

const DETAIL = {
  ...{ by: 'server', reasonCode: null, isSessionKept: true },
  reason: 'The server ended without closing the connection',
};

/**
 * 4,294,967,295 seconds: the session never expires (MQTT 5.0 section 3.1.2.11.2). When the server was last seen is known to
 * some seconds: a connection that began after that did not end before it began.
 */
const SQL = `
WITH broken AS (SELECT id, connected_at FROM session WHERE connected_at IS NOT NULL),
ended AS (
  UPDATE session SET connected_at = NULL, disconnected_at = $1,
    expires_at = CASE WHEN expiry_seconds < 4294967295 THEN $1::timestamptz + expiry_seconds * interval '1 second' END,
    will_at = CASE WHEN will_topic IS NOT NULL
      THEN $1::timestamptz + least(will_delay_seconds, expiry_seconds) * interval '1 second' END
  FROM broken WHERE session.id = broken.id
  RETURNING tenant_id, client_id, username, expiry_seconds, broken.connected_at AS began_at
),
told AS (
  INSERT INTO session_event (tenant_id, client_id, id, at, kind, detail)
  SELECT tenant_id, client_id, $2::bigint, greatest($1, began_at), 'disconnected',
    $3::jsonb || jsonb_build_object('username', username)
  FROM ended WHERE expiry_seconds > 0
  ON CONFLICT DO NOTHING
)
SELECT count(*)::int AS count FROM ended`;
