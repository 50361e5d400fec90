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
  if (few.length === 0) return { places: [], lookedAt: null };
  const $ = new Parameters();
  const ids = $.add(int8Array(few.map(({ id }) => id)));
  const clientIds = $.add(few.map(({ clientId }) => clientId));
  const { join, rank } = RANK[query.sort === 'queuedMessages' ? depthFrom : 'none'];
  const named = `
SELECT named.id, "clientId" COLLATE "C" AS "clientId", ${rank} AS rank
FROM unnest(${ids}::bigint[], ${clientIds}::text[]) AS named(id, "clientId") ${join}`;
  const placed = `SELECT * FROM (${named}) named ${following(query, $)} ${order(query)}`;
  return { places: await wanted(client, placed, query, $), lookedAt: null };
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
  const places = await wanted(client, inOrder(tenantId, query, most, $), query, $);
  if (places.length === query.limit) return { places, lookedAt: null };
  const $last = new Parameters();
  const same = inOrder(tenantId, query, most, $last);
  const { rows } = await client.query<Place>(
    `SELECT * FROM (${same}) looked_at OFFSET ${most - 1}`,
    $last.values,
  );
  return { places, lookedAt: rows[0] ?? null };
}

/** The next sessions of a tenant, as many as are looked at. */
function inOrder(tenantId: number, query: OfflineQuery, most: number, $: Parameters): string {
  const { sort, after } = query;
  const tenant = $.add(tenantId);
  const next = (all: string, condition: string) =>
    `SELECT * FROM (${all} = ${tenant}) listed ${condition} ${order(query)} LIMIT ${most}`;
  if (sort !== 'queuedMessages') return next(BY_CLIENT_ID, following(query, $));
  if (after === undefined) return next(BY_CENSUS, '');
  // Two places in the index, where "either" would be looked for from the deepest queue on.
  const [rank, clientId] = [$.add(after.queuedMessages), $.add(after.clientId)];
  const asDeep = next(BY_CENSUS, `WHERE rank = ${rank} AND "clientId" > ${clientId}`);
  const lessDeep = next(BY_CENSUS, `WHERE rank < ${rank}`);
  return `SELECT * FROM ((${asDeep}) UNION ALL (${lessDeep})) next ${order(query)} LIMIT ${most}`;
}

/** Of sessions in order the first that a query wants. */
async function wanted(
  client: ClientBase | Pool,
  sessions: string,
  query: OfflineQuery,
  $: Parameters,
): Promise<Place[]> {
  const text = `
SELECT looked_at.* FROM (${sessions}) looked_at
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

/** What comes after the last session seen. */
function following({ sort, after }: OfflineQuery, $: Parameters): string {
  if (after === undefined) return '';
  const clientId = $.add(after.clientId);
  if (sort !== 'queuedMessages') return `WHERE "clientId" > ${clientId}`;
  const rank = $.add(after.queuedMessages);
  return `WHERE rank <= ${rank} AND (rank < ${rank} OR "clientId" > ${clientId})`;
}
