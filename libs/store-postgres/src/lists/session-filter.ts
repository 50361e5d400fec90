import type { AbsentFilter } from '@restante/broker';

/** Absent for so long, under such a name or after a single connection, that nobody is expected back. */
export const IS_ORPHAN =
  's.connected_at IS NULL AND orphan_from(s.disconnected_at, s.expiry_seconds) < now() AND (s.epoch = 1 OR looks_random(s.client_id))';

/** An expired session is no session any more, though its row may wait for the sweeper. */
export const IS_ABSENT = 's.connected_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > now())';

/** The values of a statement's parameters, which number themselves. */
export class Parameters {
  readonly values: unknown[] = [];

  /** @returns `$1` and so on */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** Characters of a part that the index holds. */
const PART = 3;

/** A search for less than a part cannot be looked up. */
export function hasParts(q: string): boolean {
  return [...q].length >= PART;
}

/**
 * A condition by the index of `text_parts`: what has all parts of a search has most often, not always, the search. It is
 * for a CTE that is MATERIALIZED, where a plan cannot but use the index.
 */
export function hasPartsOf(column: string, tenantId: number, q: string, $: Parameters): string {
  return `text_parts(tenant_id, lower(${column})) @> text_parts(${$.add(tenantId)}, ${$.add(q.toLowerCase())})`;
}

/** What a client identifier in lower case has to be like; the part is taken as it is. */
export function likeAnyPart(q: string): string {
  return `%${q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** Conditions on `session s`, each beginning with AND. */
export function conditions(
  { q, username, absentBefore, absentAfter, orphans }: AbsentFilter,
  parameters: Parameters,
): string {
  const parts: string[] = [];
  if (q !== undefined && q !== '')
    parts.push(`AND lower(s.client_id) LIKE ${parameters.add(likeAnyPart(q))}`);
  if (username !== undefined) parts.push(`AND s.username = ${parameters.add(username)}`);
  if (absentBefore !== undefined)
    parts.push(`AND s.disconnected_at < ${parameters.add(new Date(absentBefore))}`);
  if (absentAfter !== undefined)
    parts.push(`AND s.disconnected_at >= ${parameters.add(new Date(absentAfter))}`);
  if (orphans) parts.push(`AND ${IS_ORPHAN}`);
  return parts.join(' ');
}
