import type { AbsentFilter } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { hasParts, hasPartsOf, IS_ORPHAN, likeAnyPart, Parameters } from '../../lists/session-filter.ts';

export interface NamedSession {
  id: number;
  clientId: string;
}

/** A tenant's absent sessions, if they are no more than `limit`; null: there are more. */
export async function findFewOfTenant(
  client: ClientBase | Pool,
  tenantId: number,
  limit: number,
): Promise<NamedSession[] | null> {
  return find(
    client,
    ofTenant(tenantId, () => 'connected_at IS NULL'),
    limit,
  );
}

/** What one part of a filter leaves, if it is no more than `limit`: each has an index. null: it is more of each. */
export async function findFewOfFilter(
  client: ClientBase | Pool,
  tenantId: number,
  filter: AbsentFilter,
  limit: number,
): Promise<NamedSession[] | null> {
  for (const select of indexed(tenantId, filter)) {
    const found = await find(client, select, limit);
    if (found !== null) return found;
  }
  return null;
}

/** Writes a statement for `NamedSession`. */
type Select = ($: Parameters) => string;

function indexed(tenantId: number, { q, username, absentBefore, orphans }: AbsentFilter): Select[] {
  const found: Select[] = [];
  if (username !== undefined) found.push(ofTenant(tenantId, ($) => `username = ${$.add(username)}`));
  if (orphans) found.push(ofTenant(tenantId, () => IS_ORPHAN));
  if (absentBefore !== undefined)
    found.push(
      ofTenant(
        tenantId,
        ($) => `connected_at IS NULL AND disconnected_at < ${$.add(new Date(absentBefore))}`,
      ),
    );
  if (q !== undefined && hasParts(q)) found.push(withPart(tenantId, q));
  return found;
}

function ofTenant(tenantId: number, condition: Select): Select {
  return ($) =>
    `SELECT id, client_id AS "clientId" FROM session s WHERE tenant_id = ${$.add(tenantId)} AND ${condition($)}`;
}

function withPart(tenantId: number, q: string): Select {
  return ($) => `
WITH named AS MATERIALIZED (
  SELECT session_id AS id, client_id AS "clientId" FROM session_name
  WHERE ${hasPartsOf('client_id', tenantId, q, $)}
)
SELECT * FROM named WHERE lower("clientId") LIKE ${$.add(likeAnyPart(q))}`;
}

async function find(
  client: ClientBase | Pool,
  select: Select,
  limit: number,
): Promise<NamedSession[] | null> {
  const $ = new Parameters();
  const found = `${select($)} LIMIT ${limit + 1}`;
  const { rows } = await client.query<NamedSession | { id: null }>(
    `WITH found AS MATERIALIZED (${found}), counted AS (SELECT count(*) AS sessions FROM found)
SELECT found.* FROM found, counted WHERE sessions <= ${limit}
UNION ALL SELECT NULL, NULL FROM counted WHERE sessions > ${limit}`,
    $.values,
  );
  return rows.every((row) => row.id !== null) ? rows : null;
}
