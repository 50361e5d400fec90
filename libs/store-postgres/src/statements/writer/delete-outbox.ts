import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Messages that were published by SQL, and are as durable now as they have to be. */
export async function deleteOutbox(client: ClientBase, ids: number[]): Promise<void> {
  await client.query({ name: 'delete-outbox', text: SQL, values: [int8Array(ids)] });
}

const SQL = 'DELETE FROM restante.outbox WHERE id = ANY ($1::bigint[])';
