import type { DueSession } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';

/** Absent sessions whose expiry or will is due, earliest first. */
export async function readDueSessions(
  client: ClientBase | Pool,
  now: Date,
  limit: number,
): Promise<DueSession[]> {
  const { rows } = await client.query<DueSession>({
    name: 'read-due-sessions',
    text: SQL,
    values: [now, limit],
  });
  return rows;
}

const SQL = `
SELECT id, tenant_id AS "tenantId", client_id AS "clientId" FROM (
  (SELECT id, tenant_id, client_id, expires_at AS due_at FROM session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
  UNION ALL
  (SELECT id, tenant_id, client_id, will_at FROM session WHERE will_at <= $1 ORDER BY will_at LIMIT $2)
) due
GROUP BY id, tenant_id, client_id ORDER BY min(due_at) LIMIT $2`;
