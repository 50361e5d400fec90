import type { StoredSessionSummary } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { IS_ABSENT, IS_ORPHAN } from '../../lists/session-filter.ts';
import { INFLIGHT_BYTES } from '../../rows/session-state.ts';
import { SESSION_COLUMNS, type SessionRow, toRecord } from '../../rows/session-row.ts';

type Row = SessionRow & Omit<StoredSessionSummary, 'record' | 'rank'>;

/** Sessions with their queues as they are now, by identifier; those that are absent no more are left out. */
export async function describeSessions(
  client: ClientBase | Pool,
  ids: number[],
): Promise<Map<number, Omit<StoredSessionSummary, 'rank'>>> {
  const { rows } = await client.query<Row>({
    name: 'describe-sessions',
    text: SQL,
    values: [int8Array(ids)],
  });
  return new Map(
    rows.map((row) => {
      const { subscriptionCount, queuedMessages, queuedBytes, inflightMessages, isOrphanSuspect } = row;
      const summary = { subscriptionCount, queuedMessages, queuedBytes, inflightMessages, isOrphanSuspect };
      return [row.id, { record: toRecord(row), ...summary }];
    }),
  );
}

/** A line of the window begins with its packet identifier, of which several may tell. */
const SQL = `
SELECT ${SESSION_COLUMNS},
  coalesce(queue.messages, 0)::bigint AS "queuedMessages", coalesce(queue.bytes, 0)::bigint AS "queuedBytes",
  (SELECT count(DISTINCT substring(state.inflight FROM line * ${INFLIGHT_BYTES} + 1 FOR 2))
    FROM generate_series(0, length(state.inflight) / ${INFLIGHT_BYTES} - 1) AS line) AS "inflightMessages",
  (SELECT count(*) FROM subscription WHERE session_id = s.id) AS "subscriptionCount",
  (${IS_ORPHAN}) AS "isOrphanSuspect"
FROM session s
LEFT JOIN session_state state ON state.session_id = s.id
${QUEUE_DEPTH}
WHERE s.id = ANY($1::bigint[]) AND ${IS_ABSENT}`;
