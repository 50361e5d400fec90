import type { DropRecord } from '@restante/broker';
import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { byteaArray, int8Array } from '../../rows/binary-arrays.ts';

const KEY_BYTES = 16;

/** Stands for NULL where a number is wanted: bytes are not negative. */
const NONE = -1;

/** Adds to the ledger: to the lines of the minute that are there, or as new ones. */
export async function putDrops(client: ClientBase, drops: DropRecord[]): Promise<void> {
  const values = [
    int8Array(drops.map(({ tenantId }) => tenantId)),
    int8Array(drops.map(({ at }) => at)),
    byteaArray(drops.map(keyOf)),
    drops.map(({ kind }) => kind),
    drops.map(({ clientId }) => clientId),
    drops.map(({ topicFilter }) => topicFilter),
    drops.map(({ topic }) => topic),
    drops.map(({ reason }) => reason),
    int8Array(drops.map(({ messages }) => messages)),
    int8Array(drops.map(({ bytes }) => bytes ?? NONE)),
  ];
  await client.query({ name: 'put-drops', text: SQL, values });
}

function keyOf({ kind, clientId, topicFilter, topic, reason }: DropRecord): Buffer {
  const parts = JSON.stringify([kind, clientId, topicFilter, topic, reason]);
  return createHash('sha256').update(parts).digest().subarray(0, KEY_BYTES);
}

const SQL = `
INSERT INTO ledger AS present (tenant_id, at, key, kind, client_id, topic_filter, topic, reason, messages, bytes)
SELECT tenant_id, to_timestamp(at / 1000.0), key, kind, client_id, topic_filter, topic, reason, messages, nullif(bytes, ${NONE})
FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::bigint[], $10::bigint[])
  AS new (tenant_id, at, key, kind, client_id, topic_filter, topic, reason, messages, bytes)
ON CONFLICT (tenant_id, at, key) DO UPDATE
SET messages = present.messages + excluded.messages, bytes = present.bytes + excluded.bytes`;
