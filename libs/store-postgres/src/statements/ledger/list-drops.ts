import type { DropQuery, StoredDrop } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { ledgerConditions } from '../../lists/ledger-filter.ts';
import { Parameters } from '../../lists/session-filter.ts';

type Row = Omit<StoredDrop, 'at'> & { at: Date };

/** A tenant's ledger, the newest lines first. */
export async function listDrops(
  client: ClientBase | Pool,
  tenantId: number,
  query: DropQuery,
): Promise<StoredDrop[]> {
  const { after, limit } = query;
  const $ = new Parameters();
  const tenant = $.add(tenantId);
  const following =
    after === undefined
      ? ''
      : `AND (l.at, l.key) < (${$.add(new Date(after.at))}, decode(${$.add(after.key)}, 'hex'))`;
  const text = `
SELECT l.at, encode(l.key, 'hex') AS key, l.kind, l.client_id AS "clientId", l.topic_filter AS "topicFilter", l.topic,
  l.reason, l.messages, l.bytes
FROM ledger l WHERE l.tenant_id = ${tenant} ${ledgerConditions(query, $)} ${following}
ORDER BY l.at DESC, l.key DESC LIMIT ${$.add(limit)}`;
  const { rows } = await client.query<Row>(text, $.values);
  return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
}
