import { type AbsentFilter } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { IS_ORPHAN, likeAnyPart, Parameters } from '../session-filter.ts';

/** A search for less has no trigram to look up. */
const SHORTEST_SEARCH = 3;

/** A tenant's absent sessions, if they are no more than `limit`; null: there are more. */
export async function findFewOfTenant(
  client: ClientBase | Pool,
  tenantId: number,
  limit: number,
): Promise<number[] | null> {
  const text = 'SELECT id FROM session WHERE tenant_id = $1 AND connected_at IS NULL';
  return find(client, { text, values: [tenantId] }, limit);
}

/** What one part of a filter leaves, if it is no more than `limit`: each has an index. null: it is more of each. */
export async function findFewOfFilter(
  client: ClientBase | Pool,
  tenantId: number,
  filter: AbsentFilter,
  limit: number,
): Promise<number[] | null> {
  for (const condition of indexed(filter)) {
    const $ = new Parameters();
    const text = `${condition($)} AND tenant_id = ${$.add(tenantId)}`;
    const found = await find(client, { text, values: $.values }, limit);
    if (found !== null) return found;
  }
  return null;
}

function indexed({ q, username, absentBefore, orphans }: AbsentFilter): (($: Parameters) => string)[] {
  const found: (($: Parameters) => string)[] = [];
  if (username !== undefined) found.push(($) => `SELECT id FROM session WHERE username = ${$.add(username)}`);
  if (orphans) found.push(() => `SELECT id FROM session s WHERE ${IS_ORPHAN}`);
  if (absentBefore !== undefined)
    found.push(
      ($) =>
        `SELECT id FROM session WHERE connected_at IS NULL AND disconnected_at < ${$.add(new Date(absentBefore))}`,
    );
  if (q !== undefined && q.length >= SHORTEST_SEARCH)
    found.push(
      ($) => `SELECT session_id AS id FROM session_name WHERE lower(client_id) LIKE ${$.add(likeAnyPart(q))}`,
    );
  return found;
}

async function find(
  client: ClientBase | Pool,
  { text, values }: { text: string; values: unknown[] },
  limit: number,
): Promise<number[] | null> {
  const { rows } = await client.query<{ id: number }>(`${text} LIMIT ${limit + 1}`, values);
  return rows.length > limit ? null : rows.map(({ id }) => id);
}
