import type { DropFilter, DropSum, DropSumBy } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { ledgerConditions } from '../../lists/ledger-filter.ts';
import { Parameters } from '../../lists/session-filter.ts';

const COLUMNS: Record<DropSumBy, string> = {
  reason: 'l.reason',
  clientId: 'l.client_id',
  topic: 'coalesce(l.topic, l.topic_filter)',
};

/** What of a tenant's ledger is the same in one respect, added up; most messages first. */
export async function sumDrops(
  client: ClientBase | Pool,
  tenantId: number,
  filter: DropFilter,
  by: DropSumBy,
  limit: number,
): Promise<DropSum[]> {
  const $ = new Parameters();
  const tenant = $.add(tenantId);
  const text = `
SELECT ${COLUMNS[by]} AS value, l.kind, sum(l.messages)::bigint AS messages,
  CASE WHEN bool_and(l.bytes IS NOT NULL) THEN sum(l.bytes)::bigint END AS bytes
FROM ledger l WHERE l.tenant_id = ${tenant} ${ledgerConditions(filter, $)}
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${$.add(limit)}`;
  const { rows } = await client.query<DropSum>(text, $.values);
  return rows;
}
