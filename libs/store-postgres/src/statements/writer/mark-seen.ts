import type { ClientBase } from 'pg';

/** This server is alive. */
export async function markSeen(client: ClientBase, epoch: number): Promise<void> {
  await client.query({
    name: 'mark-seen',
    text: 'UPDATE writer SET seen_at = now() WHERE id = 1 AND epoch = $1',
    values: [epoch],
  });
}
