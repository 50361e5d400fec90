import type { SubscriptionRecord } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** All subscriptions of some sessions. */
export async function readSubscriptions(
  client: ClientBase | Pool,
  sessionIds: number[],
): Promise<SubscriptionRecord[]> {
  const { rows } = await client.query<SubscriptionRecord>({
    name: 'read-subscriptions',
    text: SQL,
    values: [int8Array(sessionIds)],
  });
  return rows;
}

const SQL = `
SELECT session_id AS "sessionId", tenant_id AS "tenantId", topic_filter AS "topicFilter", qos, no_local AS "noLocal",
  retain_as_published AS "retainAsPublished", retain_handling AS "retainHandling", identifier, since
FROM subscription WHERE session_id = ANY($1::bigint[])`;
