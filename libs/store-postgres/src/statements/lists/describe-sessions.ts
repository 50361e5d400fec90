import type { StoredSessionSummary } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { IS_ABSENT, IS_ORPHAN } from '../../lists/session-filter.ts';
import { INFLIGHT_BYTES } from '../../rows/session-state.ts';

type Description = Omit<StoredSessionSummary, 'rank'>;

/** Sessions with their queues as they are now, by identifier; those that are absent no more are left out. */
export async function describeSessions(
  client: ClientBase | Pool,
  ids: number[],
): Promise<Map<number, Description>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<Description & { id: number }>({
    name: 'describe-sessions',
    text: SQL,
    values: [int8Array(ids)],
  });
  return new Map(rows.map(({ id, ...description }) => [id, description]));
}

/** As the rest of the server has times: in milliseconds since the epoch. */
function toMs(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::bigint`;
}

/** A line of the window begins with its packet identifier, of which several may tell. */
const SQL = `
SELECT s.id, s.client_id AS "clientId", s.username, s.protocol_version AS "protocolVersion",
  ${toMs('s.created_at')} AS "createdAt", ${toMs('s.disconnected_at')} AS "disconnectedAt",
  s.expiry_seconds AS "expirySeconds", ${toMs('s.expires_at')} AS "expiresAt", s.dropped_messages AS "droppedMessages",
  coalesce(queue.messages, 0)::bigint AS "queuedMessages", coalesce(queue.bytes, 0)::bigint AS "queuedBytes",
  CASE WHEN state.inflight = '' THEN 0 ELSE (
    SELECT count(DISTINCT substring(state.inflight FROM line * ${INFLIGHT_BYTES} + 1 FOR 2))
    FROM generate_series(0, length(state.inflight) / ${INFLIGHT_BYTES} - 1) AS line
  ) END AS "inflightMessages",
  (SELECT count(*) FROM subscription WHERE session_id = s.id) AS "subscriptionCount",
  (${IS_ORPHAN}) AS "isOrphanSuspect"
FROM session s
LEFT JOIN session_state state ON state.session_id = s.id
${QUEUE_DEPTH}
WHERE s.id = ANY($1::bigint[]) AND ${IS_ABSENT}`;
