import type { StoredDepths } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { IS_ABSENT } from '../../lists/session-filter.ts';

/** How deep the queues of all absent sessions are, as they are now: for a few sessions. */
export function countDepths(client: ClientBase | Pool, bounds: readonly number[]): Promise<StoredDepths> {
  const depths = `SELECT coalesce(queue.messages, 0)::bigint AS messages FROM session s ${QUEUE_DEPTH} WHERE ${IS_ABSENT}`;
  return distribute(client, depths, bounds);
}

/** The same as the last census saw them. */
export function readDepths(client: ClientBase | Pool, bounds: readonly number[]): Promise<StoredDepths> {
  return distribute(client, 'SELECT messages FROM queue_census', bounds);
}

async function distribute(
  client: ClientBase | Pool,
  depths: string,
  bounds: readonly number[],
): Promise<StoredDepths> {
  const { rows } = await client.query<{ bucket: number; sessions: number; messages: number }>(
    `SELECT width_bucket(messages, $1::bigint[]) AS bucket, count(*) AS sessions, sum(messages)::bigint AS messages
FROM (${depths}) depth GROUP BY 1`,
    [int8Array(bounds.map((bound) => bound + 1))],
  );
  const sessions = new Array<number>(bounds.length + 1).fill(0);
  for (const row of rows) sessions[row.bucket] = row.sessions;
  return { sessions, messages: rows.reduce((sum, row) => sum + row.messages, 0) };
}
