import type { RetainedChange } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

export async function deleteRetained(client: ClientBase, changes: RetainedChange[]): Promise<void> {
  const values = [int8Array(changes.map(({ tenantId }) => tenantId)), changes.map(({ topic }) => topic)];
  await client.query({ name: 'delete-retained', text: SQL, values });
}

const SQL = `
DELETE FROM retained USING unnest($1::bigint[], $2::text[]) AS gone (tenant_id, topic)
WHERE retained.tenant_id = gone.tenant_id AND name_key(retained.topic) = name_key(gone.topic)`;
