import type { CursorRecord } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { CURSOR_COLUMNS, type CursorRow, toCursorRecord } from '../../rows/cursor-row.ts';

/** All cursors of some sessions. */
export async function readCursors(client: ClientBase | Pool, sessionIds: number[]): Promise<CursorRecord[]> {
  const { rows } = await client.query<CursorRow>({
    name: 'read-cursors',
    text: SQL,
    values: [int8Array(sessionIds)],
  });
  return rows.map(toCursorRecord);
}

const SQL = `SELECT ${CURSOR_COLUMNS} FROM cursor c WHERE c.session_id = ANY($1::bigint[])`;
