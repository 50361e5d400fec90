import type { ClientBase } from 'pg';

/** The first segment identifier that no row has. */
export async function readNextSegmentId(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ next: number }>(
    'SELECT coalesce(max(id), 0) + 1 AS next FROM segment',
  );
  return rows[0].next;
}
