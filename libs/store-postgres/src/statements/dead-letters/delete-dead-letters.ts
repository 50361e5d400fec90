import type { Batch } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

export async function deleteDeadLetters(
  client: ClientBase,
  letters: Batch['deletedDeadLetters'],
): Promise<void> {
  const values = [int8Array(letters.map(({ tenantId }) => tenantId)), int8Array(letters.map(({ id }) => id))];
  await client.query({ name: 'delete-dead-letters', text: SQL, values });
}

const SQL = `
DELETE FROM dead_letter USING unnest($1::bigint[], $2::bigint[]) AS gone (tenant_id, id)
WHERE dead_letter.tenant_id = gone.tenant_id AND dead_letter.id = gone.id`;
