import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Removes lines that are older than `before`, or more than a tenant may have, at most `limit`; returns how many. */
export async function pruneLedger(
  client: ClientBase | Pool,
  tenantIds: number[],
  before: Date,
  { maxLines, limit }: { maxLines: number; limit: number },
): Promise<number> {
  const { rowCount } = await client.query({
    name: 'prune-ledger',
    text: SQL,
    values: [int8Array(tenantIds), before, maxLines, limit],
  });
  return rowCount ?? 0;
}

const SQL = `
WITH gone AS (
  SELECT old.* FROM unnest($1::bigint[]) AS tenant (id)
  LEFT JOIN LATERAL (
    SELECT at, key FROM ledger WHERE tenant_id = tenant.id ORDER BY at DESC, key DESC OFFSET $3 LIMIT 1
  ) edge ON true
  CROSS JOIN LATERAL (
    SELECT tenant_id, at, key FROM ledger
    WHERE tenant_id = tenant.id AND (at < $2 OR (at, key) <= (edge.at, edge.key)) ORDER BY at, key LIMIT $4
  ) old
  LIMIT $4
)
DELETE FROM ledger l USING gone WHERE l.tenant_id = gone.tenant_id AND l.at = gone.at AND l.key = gone.key`;
