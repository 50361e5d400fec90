import { type OfflineQuery } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { int8Array } from '../binary-arrays.ts';
import { QUEUE_DEPTH } from '../queue-depth.ts';
import { conditions, IS_ABSENT, Parameters } from '../session-filter.ts';

/** A session with its place in a list. */
export interface Place {
  id: number;
  clientId: string;
  /** As deep as its queue was when the list was sorted. */
  rank: number;
}

export interface Places {
  places: Place[];
  /** How far it looked, where it found less than was asked for and there is more; null: it found all there is. */
  lookedAt: Place | null;
}

/** How the depth of a queue is known by which sessions are sorted: from the queue as it is, or as the last census saw it. */
export type DepthFrom = 'queue' | 'census';

const DEPTH = {
  queue: { join: QUEUE_DEPTH, rank: 'coalesce(queue.messages, 0)::bigint' },
  census: {
    join: 'LEFT JOIN queue_census census ON census.session_id = s.id',
    rank: 'coalesce(census.messages, 0)',
  },
  none: { join: '', rank: '0::bigint' },
};

/** Of few sessions those that a query wants, in its order. */
export async function chooseOfFew(
  client: ClientBase | Pool,
  ids: number[],
  query: OfflineQuery,
  depthFrom: DepthFrom,
): Promise<Places> {
  const $ = new Parameters();
  const { join, rank } = DEPTH[query.sort === 'queuedMessages' ? depthFrom : 'none'];
  const chosen = `SELECT s.id, s.client_id AS "clientId", ${rank} AS rank
FROM session s ${join}
WHERE s.id = ANY(${$.add(int8Array(ids))}::bigint[]) AND ${IS_ABSENT} ${conditions(query, $)}`;
  const text = `SELECT * FROM (${chosen}) chosen ${following(query, $)} LIMIT ${$.add(query.limit)}`;
  const { rows } = await client.query<Place>(text, $.values);
  return { places: rows, lookedAt: null };
}

/** Of many, in the order of the client identifiers, or of the last census of queues; it looks at no more than `most`. */
export async function chooseOfMany(
  client: ClientBase | Pool,
  tenantId: number,
  query: OfflineQuery,
  most: number,
): Promise<Places> {
  const $ = new Parameters();
  const tenant = $.add(tenantId);
  const all = query.sort === 'queuedMessages' ? BY_CENSUS : BY_CLIENT_ID;
  const inOrder = `SELECT * FROM (${all} = ${tenant}) listed ${following(query, $)}`;
  const { rows: places } = await client.query<Place>({
    text: `
SELECT looked_at.* FROM (${inOrder} LIMIT ${most}) looked_at
CROSS JOIN LATERAL (
  -- One after the other, in order, until the page is full: OFFSET keeps it from becoming another kind of join.
  SELECT FROM session s WHERE s.id = looked_at.id AND ${IS_ABSENT} ${conditions(query, $)} OFFSET 0
) wanted
${order(query)} LIMIT ${$.add(query.limit)}`,
    values: $.values,
  });
  if (places.length === query.limit) return { places, lookedAt: null };
  const $last = new Parameters();
  const same = `SELECT * FROM (${all} = ${$last.add(tenantId)}) listed ${following(query, $last)}`;
  const { rows } = await client.query<Place>(`${same} OFFSET ${most - 1} LIMIT 1`, $last.values);
  return { places, lookedAt: rows[0] ?? null };
}

const BY_CENSUS = `SELECT session_id AS id, client_id AS "clientId", messages AS rank FROM queue_census WHERE tenant_id`;
const BY_CLIENT_ID = `SELECT id, client_id AS "clientId", 0::bigint AS rank FROM session WHERE connected_at IS NULL AND tenant_id`;

function order({ sort }: OfflineQuery): string {
  return sort === 'queuedMessages' ? 'ORDER BY rank DESC, "clientId"' : 'ORDER BY "clientId"';
}

/** What comes after the last session seen, in order. */
function following(query: OfflineQuery, $: Parameters): string {
  const { sort, after } = query;
  if (after === undefined) return order(query);
  const clientId = $.add(after.clientId);
  if (sort !== 'queuedMessages') return `WHERE "clientId" > ${clientId} ${order(query)}`;
  const rank = $.add(after.queuedMessages);
  return `WHERE rank <= ${rank} AND (rank < ${rank} OR "clientId" > ${clientId}) ${order(query)}`;
}
