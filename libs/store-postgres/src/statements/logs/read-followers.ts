import type { Follower, FollowersPage, FollowersQuery } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { IS_ABSENT } from '../../lists/session-filter.ts';

/** Where it looked, and what it found there: nothing, if that session is not absent. */
type Row = { filterId: number; sessionId: number } & (Follower | { clientId: null });

/** Absent sessions that follow some logs, with their queues and what of those logs is new to them. */
export async function readFollowers(
  client: ClientBase | Pool,
  { logs, after, limit }: FollowersQuery,
): Promise<FollowersPage> {
  const ids = int8Array(logs.map(({ filterId }) => filterId));
  const since = int8Array(logs.map((log) => log.since));
  const { rows } = await client.query<Row>({
    name: 'read-followers',
    text: SQL,
    values: [ids, since, after?.filterId ?? 0, after?.sessionId ?? 0, limit],
  });
  const last = rows.length === limit ? rows.at(-1)! : null;
  return {
    followers: rows.filter((row): row is Follower => row.clientId !== null),
    lookedAt: last && { filterId: last.filterId, sessionId: last.sessionId },
  };
}

/** A log after the other, each in the order of its sessions, until the page is full: nothing sorts them again. */
const SQL = `
SELECT looked_at.filter_id AS "filterId", looked_at.session_id AS "sessionId", absent.*
FROM (
  SELECT log.id AS filter_id, followed.session_id, followed.retire_at, followed.done,
    greatest(log.since, followed.floor) AS seen
  FROM unnest($1::bigint[], $2::bigint[]) AS log (id, since)
  CROSS JOIN LATERAL (
    SELECT c.session_id, c.floor, c.retire_at, c.done FROM cursor c
    WHERE c.filter_id = log.id AND c.session_id > CASE log.id WHEN $3::bigint THEN $4::bigint ELSE 0 END
    ORDER BY c.session_id LIMIT $5::bigint
  ) followed
  LIMIT $5::bigint
) looked_at
LEFT JOIN LATERAL (
  SELECT s.client_id AS "clientId", s.username,
    greatest(0, newest.sequence - seen
      - range_count(done * int8multirange(int8range(seen + 1, NULL))))::bigint AS "newMessages",
    coalesce(queue.messages, 0)::bigint AS "queuedMessages", coalesce(queue.bytes, 0)::bigint AS "queuedBytes"
  FROM session s
  LEFT JOIN LATERAL (
    SELECT coalesce(max(last_sequence), 0) AS sequence FROM log_run WHERE filter_id = looked_at.filter_id
  ) newest ON true
  ${QUEUE_DEPTH}
  WHERE s.id = looked_at.session_id AND looked_at.retire_at IS NULL AND ${IS_ABSENT}
) absent ON true`;
