import type { CursorRecord } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { formatRanges } from '../../rows/multirange.ts';

/** Stands for NULL where a number is wanted: sequence numbers are not negative. */
const NONE = -1;

/** Moves cursors, however many messages they passed: one row each. */
export async function putCursors(client: ClientBase, cursors: CursorRecord[]): Promise<void> {
  const values = [
    int8Array(cursors.map((cursor) => cursor.sessionId)),
    int8Array(cursors.map((cursor) => cursor.filterId)),
    int8Array(cursors.map((cursor) => cursor.floor)),
    cursors.map((cursor) => formatRanges(cursor.done)),
    int8Array(cursors.map((cursor) => cursor.consumedBytes)),
    int8Array(cursors.map((cursor) => cursor.retireAt ?? NONE)),
    cursors.map((cursor) => cursor.limits?.overflow ?? null),
    int8Array(cursors.map((cursor) => cursor.limits?.maxQueuedMessages ?? NONE)),
    int8Array(cursors.map((cursor) => cursor.limits?.maxQueuedBytes ?? NONE)),
  ];
  await client.query({ name: 'put-cursors', text: SQL, values });
}

const SQL = `
INSERT INTO cursor (session_id, filter_id, floor, done, consumed_bytes, retire_at, overflow,
  max_queued_messages, max_queued_bytes)
SELECT session_id, filter_id, floor, done::int8multirange, consumed_bytes, nullif(retire_at, ${NONE}),
  overflow, nullif(max_queued_messages, ${NONE}), nullif(max_queued_bytes, ${NONE})
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[],
  $8::bigint[], $9::bigint[])
  AS new (session_id, filter_id, floor, done, consumed_bytes, retire_at, overflow, max_queued_messages,
    max_queued_bytes)
ON CONFLICT (session_id, filter_id) DO UPDATE SET floor = excluded.floor, done = excluded.done,
  consumed_bytes = excluded.consumed_bytes, retire_at = excluded.retire_at, overflow = excluded.overflow,
  max_queued_messages = excluded.max_queued_messages, max_queued_bytes = excluded.max_queued_bytes`;
