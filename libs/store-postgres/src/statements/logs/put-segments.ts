import type { ClientBase } from 'pg';
import { byteaArray, int8Array } from '../../rows/binary-arrays.ts';
import type { Segment } from '../../rows/segment.ts';

/** The messages of a batch. */
export async function putSegments(client: ClientBase, segments: Segment[]): Promise<void> {
  const values = [
    int8Array(segments.map(({ id }) => id)),
    int8Array(segments.map(({ firstOrder }) => firstOrder)),
    byteaArray(segments.map(({ data }) => data)),
  ];
  await client.query({ name: 'put-segments', text: SQL, values });
}

const SQL = `
INSERT INTO segment (id, first_order, data)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])`;
