import type { ClientBase, Pool } from 'pg';

/** Removes deleted filters whose entries are all gone. */
export async function reclaimFilters(client: ClientBase | Pool): Promise<void> {
  await client.query({ name: 'reclaim-filters', text: SQL });
}

const SQL = `
DELETE FROM durable_filter f
WHERE deleted_at IS NOT NULL AND NOT EXISTS (SELECT FROM log_run WHERE filter_id = f.id)`;
