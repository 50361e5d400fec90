import { type ClientBase, type Pool } from 'pg';
import { int8Array } from '../binary-arrays.ts';

/** Removes those of some segments that no run needs any more. */
export async function reclaimSegments(client: ClientBase | Pool, ids: number[]): Promise<void> {
  await client.query({ name: 'reclaim-segments', text: SQL, values: [int8Array(ids)] });
}

const SQL = `
DELETE FROM segment WHERE id = ANY($1::bigint[]) AND NOT EXISTS (SELECT FROM log_run WHERE segment_id = segment.id)`;
