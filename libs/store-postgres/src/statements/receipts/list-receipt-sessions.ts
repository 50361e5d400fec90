import type { ReceiptRecord, StoredReceiptSession } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { unpackInflight } from '../../rows/session-state.ts';

interface Row {
  sessionId: number;
  clientId: string | null;
  places: { filterId: number; sequence: number; isDone: boolean }[];
  outcomes: StoredReceiptSession['outcomes'];
  inflight: Buffer | null;
}

/** By session: those that followed a log in which the message lies when it came, and those of which something else is known. */
export async function listReceiptSessions(
  client: ClientBase | Pool,
  { id, places }: ReceiptRecord,
  afterSessionId: number,
  limit: number,
): Promise<StoredReceiptSession[]> {
  const values = [id, JSON.stringify(places), afterSessionId, limit];
  const { rows } = await client.query<Row>({ name: 'list-receipt-sessions', text: SQL, values });
  return rows.map(({ inflight, ...row }) => {
    const sent = inflight === null ? [] : unpackInflight(inflight);
    const isInflight = (place: Row['places'][number]) =>
      sent.some(({ filterId, sequence }) => filterId === place.filterId && sequence === place.sequence);
    return { ...row, places: row.places.map((place) => ({ ...place, isInflight: isInflight(place) })) };
  });
}

/** A cursor that is not done with a message is that of a session for which it is; others may have begun after it. */
const SQL = `
WITH place AS (
  SELECT "filterId" AS filter_id, sequence, "topicFilter" AS topic_filter
  FROM jsonb_to_recordset($2::jsonb) AS p ("filterId" bigint, sequence bigint, "topicFilter" text)
), follower AS (
  SELECT place.filter_id, place.sequence, near.session_id, near.is_done
  FROM place CROSS JOIN LATERAL (
    SELECT c.session_id, done.is_done
    FROM cursor c
    CROSS JOIN LATERAL (SELECT place.sequence <= c.floor OR c.done @> place.sequence AS is_done) done
    LEFT JOIN subscription sub
      ON sub.session_id = c.session_id AND name_key(sub.topic_filter) = name_key(place.topic_filter)
    WHERE c.filter_id = place.filter_id AND c.session_id > greatest($3::bigint, 0)
      AND (c.retire_at IS NULL OR c.retire_at >= place.sequence)
      AND (NOT done.is_done OR (sub.session_id IS NOT NULL AND coalesce(sub.since, 0) < place.sequence))
    ORDER BY c.session_id LIMIT $4
  ) near
), known AS (
  SELECT * FROM receipt_session WHERE receipt_id = $1 AND session_id > $3
), page AS (
  SELECT session_id FROM follower UNION SELECT session_id FROM known ORDER BY session_id LIMIT $4
)
SELECT page.session_id AS "sessionId", coalesce(s.client_id, (
    SELECT client_id FROM known WHERE known.session_id = page.session_id LIMIT 1)) AS "clientId",
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('filterId', filter_id, 'sequence', sequence, 'isDone', is_done))
    FROM follower WHERE follower.session_id = page.session_id), '[]') AS places,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('filterId', filter_id, 'clientId', client_id, 'state', state, 'reason', reason))
    FROM known WHERE known.session_id = page.session_id), '[]') AS outcomes,
  state.inflight
FROM page LEFT JOIN session s ON s.id = page.session_id LEFT JOIN session_state state ON state.session_id = page.session_id
ORDER BY page.session_id`;
