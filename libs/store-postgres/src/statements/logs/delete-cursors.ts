import type { Batch } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

export async function deleteCursors(client: ClientBase, keys: Batch['deletedCursors']): Promise<void> {
  const values = [
    int8Array(keys.map(({ sessionId }) => sessionId)),
    int8Array(keys.map(({ filterId }) => filterId)),
  ];
  await client.query({ name: 'delete-cursors', text: SQL, values });
}

const SQL = `
DELETE FROM cursor USING unnest($1::bigint[], $2::bigint[]) AS gone (session_id, filter_id)
WHERE cursor.session_id = gone.session_id AND cursor.filter_id = gone.filter_id`;
