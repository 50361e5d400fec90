import type { SessionRecord } from '@restante/broker';
import type { ClientBase } from 'pg';

/** Writes sessions' own rows; one of an older epoch changes nothing. */
export async function putSessions(client: ClientBase, sessions: SessionRecord[]): Promise<void> {
  await client.query({ name: 'put-sessions', text: SQL, values: [JSON.stringify(sessions.map(toRow))] });
}

const SQL = `
WITH put AS (
INSERT INTO session AS present (id, tenant_id, client_id, epoch, username, protocol_version, clean_start,
  keep_alive_seconds, expiry_seconds, created_at, connected_at, disconnected_at, expires_at,
  will_topic, will_payload, will_qos, will_retain, will_properties, will_delay_seconds, will_expiry_seconds, will_at,
  dropped_messages, overflow, max_queued_messages, max_queued_bytes, keep_last_per_topic, dead_letters, retention_seconds)
SELECT id, tenant_id, client_id, epoch, username, protocol_version, clean_start,
  keep_alive_seconds, expiry_seconds, to_timestamp(created_at / 1000.0), to_timestamp(connected_at / 1000.0),
  to_timestamp(disconnected_at / 1000.0), to_timestamp(expires_at / 1000.0),
  will_topic, decode(will_payload, 'base64'), will_qos, will_retain, decode(will_properties, 'base64'),
  will_delay_seconds, will_expiry_seconds, to_timestamp(will_at / 1000.0), dropped_messages,
  overflow, max_queued_messages, max_queued_bytes, keep_last_per_topic, dead_letters, retention_seconds
FROM jsonb_to_recordset($1::jsonb) AS new (id bigint, tenant_id int, client_id text, epoch bigint, username text,
  protocol_version smallint, clean_start boolean, keep_alive_seconds int, expiry_seconds bigint, created_at float8,
  connected_at float8, disconnected_at float8, expires_at float8, will_topic text, will_payload text,
  will_qos smallint, will_retain boolean, will_properties text, will_delay_seconds bigint, will_expiry_seconds bigint,
  will_at float8, dropped_messages bigint, overflow text, max_queued_messages bigint, max_queued_bytes bigint,
  keep_last_per_topic boolean, dead_letters boolean, retention_seconds int)
ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, username = excluded.username,
  protocol_version = excluded.protocol_version, clean_start = excluded.clean_start,
  keep_alive_seconds = excluded.keep_alive_seconds, expiry_seconds = excluded.expiry_seconds,
  connected_at = excluded.connected_at, disconnected_at = excluded.disconnected_at, expires_at = excluded.expires_at,
  will_topic = excluded.will_topic, will_payload = excluded.will_payload, will_qos = excluded.will_qos,
  will_retain = excluded.will_retain, will_properties = excluded.will_properties,
  will_delay_seconds = excluded.will_delay_seconds, will_expiry_seconds = excluded.will_expiry_seconds,
  will_at = excluded.will_at, dropped_messages = excluded.dropped_messages,
  overflow = excluded.overflow, max_queued_messages = excluded.max_queued_messages,
  max_queued_bytes = excluded.max_queued_bytes, keep_last_per_topic = excluded.keep_last_per_topic,
  dead_letters = excluded.dead_letters, retention_seconds = excluded.retention_seconds
WHERE present.epoch <= excluded.epoch
RETURNING id, tenant_id, client_id, (xmax = 0) AS is_new
)
INSERT INTO session_name SELECT id, tenant_id, client_id FROM put WHERE is_new`;

function toRow(session: SessionRecord) {
  const publication = session.will?.publication;
  return {
    id: session.id,
    tenant_id: session.tenantId,
    client_id: session.clientId,
    epoch: session.epoch,
    username: session.username,
    protocol_version: session.protocolVersion,
    clean_start: session.cleanStart,
    keep_alive_seconds: session.keepAliveSeconds,
    expiry_seconds: session.expirySeconds,
    created_at: session.createdAt,
    connected_at: session.connectedAt,
    disconnected_at: session.disconnectedAt,
    expires_at: session.expiresAt,
    will_topic: publication?.topic,
    will_payload: publication?.payload.toString('base64'),
    will_qos: publication?.qos,
    will_retain: publication?.retain,
    will_properties: publication?.forwardedProperties.toString('base64'),
    will_delay_seconds: session.will?.delaySeconds,
    will_expiry_seconds: publication && publication.expiresAt / 1_000,
    will_at: session.willAt,
    dropped_messages: session.droppedMessages,
    overflow: session.limits.overflow,
    max_queued_messages: session.limits.maxQueuedMessages,
    max_queued_bytes: session.limits.maxQueuedBytes,
    keep_last_per_topic: session.keepLastPerTopic,
    dead_letters: session.deadLetters,
    retention_seconds: session.retentionSeconds,
  };
}
