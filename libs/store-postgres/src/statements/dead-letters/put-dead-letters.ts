import type { DeadLetterRecord } from '@restante/broker';
import type { ClientBase } from 'pg';
import { byteaArray, int8Array } from '../../rows/binary-arrays.ts';

export async function putDeadLetters(client: ClientBase, letters: DeadLetterRecord[]): Promise<void> {
  const numbers = (value: (letter: DeadLetterRecord) => number) => int8Array(letters.map(value));
  const values = [
    numbers(({ tenantId }) => tenantId),
    numbers(({ id }) => id),
    letters.map(({ clientId }) => clientId),
    letters.map(({ topicFilter }) => topicFilter),
    letters.map(({ reason }) => reason),
    numbers(({ at }) => at),
    letters.map(({ topic }) => topic),
    byteaArray(letters.map(({ payload }) => payload)),
    numbers(({ qos }) => qos),
    numbers(({ retain }) => (retain ? 1 : 0)),
    byteaArray(letters.map(({ forwardedProperties }) => forwardedProperties)),
    numbers(({ publishedAt }) => publishedAt),
    numbers(({ expiresAt }) => expiresAt),
  ];
  await client.query({ name: 'put-dead-letters', text: SQL, values });
}

const SQL = `
INSERT INTO dead_letter (tenant_id, id, client_id, topic_filter, reason, at, topic, payload, qos, retain, properties,
  published_at, expires_at, bytes)
SELECT tenant_id, id, client_id, topic_filter, reason, to_timestamp(at / 1000.0), topic, payload, qos, retain = 1,
  properties, to_timestamp(published_at / 1000.0), to_timestamp(nullif(expires_at, 0) / 1000.0),
  octet_length(topic) + octet_length(payload) + octet_length(properties)
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bytea[],
  $9::bigint[], $10::bigint[], $11::bytea[], $12::bigint[], $13::bigint[])
  AS new (tenant_id, id, client_id, topic_filter, reason, at, topic, payload, qos, retain, properties, published_at,
    expires_at)`;
