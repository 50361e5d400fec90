import type { NewestMessage } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Says which message of a log is the newest of its topic. */
export async function putNewest(client: ClientBase, newest: NewestMessage[]): Promise<void> {
  const values = [
    int8Array(newest.map(({ filterId }) => filterId)),
    newest.map(({ topic }) => topic),
    int8Array(newest.map(({ sequence }) => sequence)),
    int8Array(newest.map(({ bytes }) => bytes)),
  ];
  await client.query({ name: 'put-newest', text: SQL, values });
}

const SQL = `
INSERT INTO newest_message (filter_id, topic, sequence, bytes)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])
ON CONFLICT (filter_id, name_key(topic)) DO UPDATE SET sequence = excluded.sequence, bytes = excluded.bytes`;
