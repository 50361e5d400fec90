import type { Batch } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** With what became of the messages. */
export async function deleteReceipts(client: ClientBase, receipts: Batch['deletedReceipts']): Promise<void> {
  const values = [
    int8Array(receipts.map(({ tenantId }) => tenantId)),
    int8Array(receipts.map(({ id }) => id)),
  ];
  await client.query({ name: 'delete-receipts', text: SQL, values });
}

const SQL = `
WITH gone AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS gone (tenant_id, id)),
  sessions AS (DELETE FROM receipt_session USING gone WHERE receipt_id = gone.id)
DELETE FROM receipt USING gone WHERE receipt.tenant_id = gone.tenant_id AND receipt.id = gone.id`;
