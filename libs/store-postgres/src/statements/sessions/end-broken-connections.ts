import { type ClientBase } from 'pg';

/**
 * Sessions that a crash left connected were last seen when their server was: from then their expiry and their
 * wills' delays run. Returns how many there were.
 */
export async function endBrokenConnections(client: ClientBase, seenAt: Date): Promise<number> {
  const { rowCount } = await client.query(SQL, [seenAt]);
  return rowCount ?? 0;
}

/** 4,294,967,295 seconds: the session never expires (MQTT 5.0 section 3.1.2.11.2). */
const SQL = `
UPDATE session SET connected_at = NULL, disconnected_at = $1,
  expires_at = CASE WHEN expiry_seconds < 4294967295 THEN $1::timestamptz + expiry_seconds * interval '1 second' END,
  will_at = CASE WHEN will_topic IS NOT NULL
    THEN $1::timestamptz + least(will_delay_seconds, expiry_seconds) * interval '1 second' END
WHERE connected_at IS NOT NULL`;
