import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Ends sessions with their subscriptions, cursors and state. */
export async function deleteSessions(client: ClientBase, ids: number[]): Promise<void> {
  await client.query({ name: 'delete-sessions', text: SQL, values: [int8Array(ids)] });
}

const SQL = `
WITH ids AS (SELECT unnest($1::bigint[]) AS id),
  subscriptions AS (DELETE FROM subscription USING ids WHERE session_id = ids.id),
  cursors AS (DELETE FROM cursor USING ids WHERE session_id = ids.id),
  states AS (DELETE FROM session_state USING ids WHERE session_id = ids.id),
  names AS (DELETE FROM session_name USING ids WHERE session_id = ids.id)
DELETE FROM session USING ids WHERE session.id = ids.id`;
