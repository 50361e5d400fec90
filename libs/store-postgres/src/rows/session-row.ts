import { type QueueLimits, queueLimits, type SessionRecord, type StoredWill } from '@restante/broker';
import type { ProtocolVersion, QoS } from '@restante/mqtt-codec';

/** Columns of `session` without the will, under the names of {@link SessionRow}. */
export const SESSION_COLUMNS = `
  s.id, s.tenant_id AS "tenantId", s.client_id AS "clientId", s.epoch, s.username,
  s.protocol_version AS "protocolVersion", s.clean_start AS "cleanStart", s.keep_alive_seconds AS "keepAliveSeconds",
  s.expiry_seconds AS "expirySeconds", s.created_at AS "createdAt", s.connected_at AS "connectedAt",
  s.disconnected_at AS "disconnectedAt", s.expires_at AS "expiresAt", s.will_at AS "willAt",
  s.dropped_messages AS "droppedMessages", s.overflow,
  s.max_queued_messages AS "maxQueuedMessages", s.max_queued_bytes AS "maxQueuedBytes",
  s.keep_last_per_topic AS "keepLastPerTopic", s.dead_letters AS "deadLetters", s.retention_seconds AS "retentionSeconds"`;

export const WILL_COLUMNS = `
  s.will_topic AS "willTopic", s.will_payload AS "willPayload", s.will_qos AS "willQoS", s.will_retain AS "willRetain",
  s.will_properties AS "willProperties", s.will_delay_seconds AS "willDelaySeconds",
  s.will_expiry_seconds AS "willExpirySeconds"`;

export interface SessionRow extends QueueLimits {
  id: number;
  tenantId: number;
  clientId: string;
  epoch: number;
  username: string;
  protocolVersion: ProtocolVersion;
  cleanStart: boolean;
  keepAliveSeconds: number;
  expirySeconds: number;
  createdAt: Date;
  connectedAt: Date | null;
  disconnectedAt: Date | null;
  expiresAt: Date | null;
  willAt: Date | null;
  droppedMessages: number;
  keepLastPerTopic: boolean;
  deadLetters: boolean;
  retentionSeconds: number;
}

export interface WillRow {
  willTopic: string | null;
  willPayload: Buffer;
  willQoS: QoS;
  willRetain: boolean;
  willProperties: Buffer;
  willDelaySeconds: number;
  willExpirySeconds: number;
}

export function toRecord(row: SessionRow): Omit<SessionRecord, 'will'> {
  return {
    id: row.id,
    tenantId: row.tenantId,
    clientId: row.clientId,
    epoch: row.epoch,
    username: row.username,
    protocolVersion: row.protocolVersion,
    cleanStart: row.cleanStart,
    keepAliveSeconds: row.keepAliveSeconds,
    expirySeconds: row.expirySeconds,
    createdAt: row.createdAt.getTime(),
    connectedAt: row.connectedAt?.getTime() ?? null,
    disconnectedAt: row.disconnectedAt?.getTime() ?? null,
    expiresAt: row.expiresAt?.getTime() ?? null,
    willAt: row.willAt?.getTime() ?? null,
    droppedMessages: row.droppedMessages,
    limits: queueLimits(row),
    keepLastPerTopic: row.keepLastPerTopic,
    deadLetters: row.deadLetters,
    retentionSeconds: row.retentionSeconds,
  };
}

export function toWill(row: WillRow, sessionId: number): StoredWill | null {
  if (row.willTopic === null) return null;
  return {
    delaySeconds: row.willDelaySeconds,
    publication: {
      topic: row.willTopic,
      payload: row.willPayload,
      qos: row.willQoS,
      retain: row.willRetain,
      forwardedProperties: row.willProperties,
      publishedAt: 0,
      expiresAt: row.willExpirySeconds * 1_000,
      publisherSessionId: sessionId,
    },
  };
}
