import { type OfflineQuery, type StoredSessionSummary } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { QUEUE_DEPTH } from '../queue-depth.ts';
import { INFLIGHT_BYTES } from '../session-state.ts';
import { SESSION_COLUMNS, type SessionRow, toRecord } from '../session-row.ts';

type Row = SessionRow & Omit<StoredSessionSummary, 'record'>;

/** A tenant's absent sessions with the depth of their queues, by client identifier or deepest first. */
export async function listOfflineSessions(
  client: ClientBase | Pool,
  tenantId: number,
  { q, username, absentBefore, sort, limit, after }: OfflineQuery,
): Promise<StoredSessionSummary[]> {
  const isByDepth = sort === 'queuedMessages';
  const before = absentBefore === undefined ? null : new Date(absentBefore);
  const values = [tenantId, q ?? '', limit, after?.clientId ?? null, username ?? null, before];
  const { rows } = await client.query<Row>({
    name: isByDepth ? 'list-deepest-sessions' : 'list-offline-sessions',
    text: isByDepth ? BY_DEPTH : BY_CLIENT_ID,
    values: isByDepth ? [...values, after?.queuedMessages ?? 0] : values,
  });
  return rows.map((row) => {
    const { subscriptionCount, queuedMessages, queuedBytes, inflightMessages } = row;
    return { record: toRecord(row), subscriptionCount, queuedMessages, queuedBytes, inflightMessages };
  });
}

/** A line of the window begins with its packet identifier, of which several may tell. An expired session is no session any more, though its row may wait for the sweeper. */
const ABSENT = `
SELECT ${SESSION_COLUMNS},
  coalesce(queue.messages, 0)::bigint AS "queuedMessages", coalesce(queue.bytes, 0)::bigint AS "queuedBytes",
  (SELECT count(DISTINCT substring(state.inflight FROM line * ${INFLIGHT_BYTES} + 1 FOR 2))
    FROM generate_series(0, length(state.inflight) / ${INFLIGHT_BYTES} - 1) AS line) AS "inflightMessages",
  (SELECT count(*) FROM subscription WHERE session_id = s.id) AS "subscriptionCount"
FROM session s
LEFT JOIN session_state state ON state.session_id = s.id
${QUEUE_DEPTH}
WHERE s.tenant_id = $1 AND s.connected_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > now())
  AND ($2 = '' OR strpos(lower(s.client_id), lower($2)) > 0)
  AND ($5::text IS NULL OR s.username = $5)
  AND ($6::timestamptz IS NULL OR s.disconnected_at < $6)`;

const BY_CLIENT_ID = `${ABSENT}
  AND ($4::text IS NULL OR s.client_id > $4)
ORDER BY s.client_id LIMIT $3`;

const BY_DEPTH = `
SELECT * FROM (${ABSENT}) absent
WHERE $4::text IS NULL OR "queuedMessages" < $7 OR ("queuedMessages" = $7 AND "clientId" > $4)
ORDER BY "queuedMessages" DESC, "clientId" LIMIT $3`;
