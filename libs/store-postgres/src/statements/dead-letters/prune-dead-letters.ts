import type { ClientBase, Pool } from 'pg';

/** Removes a tenant's dead letters that are older than `before`, or more than it may have: the newest stay. */
export async function pruneDeadLetters(
  client: ClientBase | Pool,
  tenantId: number,
  before: Date,
  { maxMessages, maxBytes }: { maxMessages: number; maxBytes: number },
): Promise<void> {
  const values = [tenantId, before, maxMessages, maxBytes];
  await client.query({ name: 'prune-dead-letters', text: SQL, values });
}

const SQL = `
WITH ranked AS (
  SELECT id, at, row_number() OVER newest_first AS nth, sum(bytes) OVER newest_first AS total
  FROM dead_letter WHERE tenant_id = $1 WINDOW newest_first AS (ORDER BY id DESC)
)
DELETE FROM dead_letter USING ranked
WHERE dead_letter.tenant_id = $1 AND dead_letter.id = ranked.id
  AND (ranked.nth > $3 OR ranked.total > $4 OR ranked.at < $2)`;
