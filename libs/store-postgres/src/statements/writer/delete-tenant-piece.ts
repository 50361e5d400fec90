import type { ClientBase, Pool } from 'pg';

/** Deletes up to `limit` of a tenant's sessions, with the last of them all else. True: nothing is left. */
export async function deleteTenantPiece(
  client: ClientBase | Pool,
  tenantId: number,
  limit: number,
): Promise<boolean> {
  const { rows } = await client.query<{ isDone: boolean }>(SQL, [tenantId, limit]);
  return rows[0].isDone;
}

const SQL = `
WITH piece AS (SELECT id FROM session WHERE tenant_id = $1 LIMIT $2),
  subscriptions AS (DELETE FROM subscription USING piece WHERE session_id = piece.id),
  cursors AS (DELETE FROM cursor USING piece WHERE session_id = piece.id),
  states AS (DELETE FROM session_state USING piece WHERE session_id = piece.id),
  names AS (DELETE FROM session_name USING piece WHERE session_id = piece.id),
  sessions AS (DELETE FROM session USING piece WHERE session.id = piece.id),
  rest AS (SELECT count(*) < $2 AS is_last FROM piece),
  filters AS (
    UPDATE durable_filter SET deleted_at = now() FROM rest WHERE is_last AND tenant_id = $1 AND deleted_at IS NULL
    RETURNING id
  ),
  group_cursors AS (DELETE FROM cursor USING filters WHERE session_id = 0 AND filter_id = filters.id),
  receipts AS (DELETE FROM receipt USING rest WHERE is_last AND tenant_id = $1 RETURNING receipt.id),
  receipt_sessions AS (DELETE FROM receipt_session USING receipts WHERE receipt_id = receipts.id),
  dead_letters AS (DELETE FROM dead_letter USING rest WHERE is_last AND tenant_id = $1),
  drops AS (DELETE FROM ledger USING rest WHERE is_last AND tenant_id = $1),
  retained_messages AS (DELETE FROM retained USING rest WHERE is_last AND tenant_id = $1)
SELECT is_last AS "isDone" FROM rest`;
