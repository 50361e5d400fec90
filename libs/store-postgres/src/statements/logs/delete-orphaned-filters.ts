import type { ClientBase } from 'pg';

/** Filters without a cursor have no reader; none should be left, but what is must not stay for ever. */
export async function deleteOrphanedFilters(client: ClientBase): Promise<void> {
  await client.query(SQL);
}

const SQL = `
UPDATE durable_filter f SET deleted_at = now()
WHERE deleted_at IS NULL AND NOT EXISTS (SELECT FROM cursor WHERE filter_id = f.id)`;
