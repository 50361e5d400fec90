import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { SESSION_COLUMNS, type SessionRow, WILL_COLUMNS, type WillRow } from '../../rows/session-row.ts';

export type ReadSession = SessionRow & WillRow & { inflight: Buffer | null; received: Buffer | null };

/** Sessions by tenant and client identifier, with what they have in flight; in no particular order. */
export async function readSessions(
  client: ClientBase | Pool,
  keys: { tenantId: number; clientId: string }[],
): Promise<ReadSession[]> {
  const values = [int8Array(keys.map(({ tenantId }) => tenantId)), keys.map(({ clientId }) => clientId)];
  const { rows } = await client.query<ReadSession>({ name: 'read-sessions', text: SQL, values });
  return rows;
}

const SQL = `
SELECT ${SESSION_COLUMNS}, ${WILL_COLUMNS}, state.inflight, state.received
FROM unnest($1::bigint[], $2::text[]) AS key (tenant_id, client_id)
JOIN session s ON s.tenant_id = key.tenant_id AND s.client_id = key.client_id
LEFT JOIN session_state state ON state.session_id = s.id`;
