import type { Message, RetainedChange } from '@restante/broker';
import type { ClientBase } from 'pg';
import { byteaArray, int8Array } from '../../rows/binary-arrays.ts';

/** New retained messages of topics. */
export async function putRetained(client: ClientBase, changes: RetainedChange[]): Promise<void> {
  const messages = changes.map(({ message }) => message as Message);
  const values = [
    int8Array(changes.map(({ tenantId }) => tenantId)),
    changes.map(({ topic }) => topic),
    byteaArray(messages.map(({ payload }) => payload)),
    int8Array(messages.map(({ qos }) => qos)),
    byteaArray(messages.map(({ forwardedProperties }) => forwardedProperties)),
    int8Array(messages.map(({ publishedAt }) => publishedAt)),
    int8Array(messages.map(({ expiresAt }) => expiresAt)),
  ];
  await client.query({ name: 'put-retained', text: SQL, values });
}

const SQL = `
INSERT INTO retained (tenant_id, topic, payload, qos, properties, published_at, expires_at)
SELECT tenant_id, topic, payload, qos, properties, to_timestamp(published_at / 1000.0),
  to_timestamp(nullif(expires_at, 0) / 1000.0)
FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bigint[], $7::bigint[])
  AS new (tenant_id, topic, payload, qos, properties, published_at, expires_at)
ON CONFLICT (tenant_id, name_key(topic)) DO UPDATE SET payload = excluded.payload, qos = excluded.qos,
  properties = excluded.properties, published_at = excluded.published_at, expires_at = excluded.expires_at`;
