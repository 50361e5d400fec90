import type { AbsentFilter, StoredCounts } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import { QUEUE_DEPTH } from '../../lists/queue-depth.ts';
import { conditions, IS_ABSENT, Parameters } from '../../lists/session-filter.ts';
import type { NamedSession } from './find-few-sessions.ts';

/** Of certain sessions, what those that a filter leaves hold together, as it is now. */
export async function sumOfFew(
  client: ClientBase | Pool,
  few: NamedSession[],
  filter: AbsentFilter,
): Promise<StoredCounts> {
  const $ = new Parameters();
  const { rows } = await client.query<StoredCounts>(
    `SELECT ${sums('queue')} FROM session s ${QUEUE_DEPTH}
WHERE s.id = ANY(${$.add(int8Array(few.map(({ id }) => id)))}::bigint[]) AND ${IS_ABSENT} ${conditions(filter, $)}`,
    $.values,
  );
  return rows[0];
}

/** Of all of a tenant's, with their queues as the last census saw them. */
export async function sumOfMany(
  client: ClientBase | Pool,
  tenantId: number,
  filter: AbsentFilter,
): Promise<StoredCounts> {
  const $ = new Parameters();
  const { rows } = await client.query<StoredCounts>(
    `SELECT ${sums('census')} FROM session s LEFT JOIN queue_census census ON census.session_id = s.id
WHERE s.tenant_id = ${$.add(tenantId)} AND ${IS_ABSENT} ${conditions(filter, $)}`,
    $.values,
  );
  return rows[0];
}

function sums(of: 'queue' | 'census'): string {
  return `count(*) AS "offlineSessions", coalesce(sum(${of}.messages), 0)::bigint AS "queuedMessages",
  coalesce(sum(${of}.bytes), 0)::bigint AS "queuedBytes"`;
}
