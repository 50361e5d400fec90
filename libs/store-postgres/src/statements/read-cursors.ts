import { type CursorRecord } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { int8Array } from '../binary-arrays.ts';
import { parseRanges } from '../multirange.ts';

/** All cursors of some sessions. */
export async function readCursors(client: ClientBase | Pool, sessionIds: number[]): Promise<CursorRecord[]> {
  const { rows } = await client.query<Omit<CursorRecord, 'done'> & { done: string }>({
    name: 'read-cursors',
    text: SQL,
    values: [int8Array(sessionIds)],
  });
  return rows.map((row) => ({ ...row, done: parseRanges(row.done) }));
}

const SQL = `
SELECT session_id AS "sessionId", filter_id AS "filterId", floor, done::text, consumed_bytes AS "consumedBytes",
  retire_at AS "retireAt",
  keeps_newest AS "keepsNewest"
FROM cursor WHERE session_id = ANY($1::bigint[])`;
