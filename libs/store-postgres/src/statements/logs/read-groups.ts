import type { RecoveredFilter } from '@restante/broker';
import type { ClientBase } from 'pg';
import { CURSOR_COLUMNS, type CursorRow, toCursorRecord } from '../../rows/cursor-row.ts';

type Row = CursorRow & { followerCount: number };

/** The cursors of all shared groups, with how many sessions subscribe with QoS > 0; by filter. */
export async function readGroups(
  client: ClientBase,
): Promise<Map<number, NonNullable<RecoveredFilter['group']>>> {
  const { rows } = await client.query<Row>(SQL);
  return new Map(
    rows.map((row) => [row.filterId, { cursor: toCursorRecord(row), followerCount: row.followerCount }]),
  );
}

const SQL = `
SELECT ${CURSOR_COLUMNS},
  (SELECT count(*) FROM subscription s JOIN session ON session.id = s.session_id
   WHERE starts_with(s.topic_filter, '$share/') AND s.topic_filter = f.topic_filter AND s.qos > 0
     AND session.tenant_id = f.tenant_id) AS "followerCount"
FROM cursor c JOIN durable_filter f ON f.id = c.filter_id
WHERE c.session_id = 0 AND f.deleted_at IS NULL`;
