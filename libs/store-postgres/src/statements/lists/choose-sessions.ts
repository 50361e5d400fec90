import type { OfflineQuery } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { conditions, IS_ABSENT, Parameters } from '../../lists/session-filter.ts';
import type { NamedSession } from './find-few-sessions.ts';

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

/** Of few sessions those that a query wants, in its order. */
export async function chooseOfFew(
  client: ClientBase | Pool,
  few: NamedSession[],
  query: OfflineQuery,
  depthFrom: DepthFrom,
): Promise<Places> {
  const $ = new Parameters();
  const ids = $.add(int8Array(few.map(({ id }) => id)));
  const clientIds = $.add(few.map(({ clientId }) => clientId));
  const { join, rank } = RANK[query.sort === 'queuedMessages' ? depthFrom : 'none'];
  const named = `
SELECT named.id, "clientId" COLLATE "C" AS "clientId", ${rank} AS rank
FROM unnest(${ids}::bigint[], ${clientIds}::text[]) AS named(id, "clientId") ${join}`;
  const places = await wanted(client, `SELECT * FROM (${named}) placed ${following(query, $)}`, query, $);
  return { places, lookedAt: null };
}

const RANK = {
  queue: {
    join: `JOIN session s ON s.id = named.id ${QUEUE_DEPTH}`,
    rank: 'coalesce(queue.messages, 0)::bigint',
  },
  census: {
    join: 'LEFT JOIN queue_census census ON census.session_id = named.id',
    rank: 'coalesce(census.messages, 0)',
  },
  none: { join: '', rank: '0::bigint' },
};

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
  const places = await wanted(client, `${inOrder} LIMIT ${most}`, query, $);
  if (places.length === query.limit) return { places, lookedAt: null };
  const $last = new Parameters();
  const same = `SELECT * FROM (${all} = ${$last.add(tenantId)}) listed ${following(query, $last)}`;
  const { rows } = await client.query<Place>(`${same} OFFSET ${most - 1} LIMIT 1`, $last.values);
  return { places, lookedAt: rows[0] ?? null };
}

/** Of sessions in order the first that a query wants. */
async function wanted(
  client: ClientBase | Pool,
  inOrder: string,
  query: OfflineQuery,
  $: Parameters,
): Promise<Place[]> {
  const text = `
SELECT looked_at.* FROM (${inOrder}) looked_at
CROSS JOIN LATERAL (
  -- One after the other, in order, until the page is full: OFFSET keeps it from becoming another kind of join.
  SELECT FROM session s WHERE s.id = looked_at.id AND ${IS_ABSENT} ${conditions(query, $)} OFFSET 0
) wanted
${order(query)} LIMIT ${$.add(query.limit)}`;
  const { rows } = await client.query<Place>(text, $.values);
  return rows;
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
