import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Filters that nobody follows any more. Their entries are reclaimed later, in bounded pieces. */
export async function deleteFilters(client: ClientBase, ids: number[]): Promise<void> {
  await client.query({ name: 'delete-filters', text: SQL, values: [int8Array(ids)] });
}

const SQL = `UPDATE durable_filter SET deleted_at = now() WHERE id = ANY($1::bigint[])`;
