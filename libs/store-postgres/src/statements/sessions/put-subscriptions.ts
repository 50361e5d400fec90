import type { SubscriptionRecord } from '@restante/broker';
import type { ClientBase } from 'pg';

/** New subscriptions, and new options of old ones. */
export async function putSubscriptions(
  client: ClientBase,
  subscriptions: SubscriptionRecord[],
): Promise<void> {
  await client.query({ name: 'put-subscriptions', text: SQL, values: [JSON.stringify(subscriptions)] });
}

const SQL = `
INSERT INTO subscription (session_id, tenant_id, topic_filter, qos, no_local, retain_as_published, retain_handling, identifier,
  since)
SELECT "sessionId", "tenantId", "topicFilter", qos, "noLocal", "retainAsPublished", "retainHandling", identifier, since
FROM jsonb_to_recordset($1::jsonb) AS new ("sessionId" bigint, "tenantId" int, "topicFilter" text, qos smallint, "noLocal" boolean,
  "retainAsPublished" boolean, "retainHandling" smallint, identifier int, since bigint)
ON CONFLICT (session_id, name_key(topic_filter)) DO UPDATE SET qos = excluded.qos, no_local = excluded.no_local,
  retain_as_published = excluded.retain_as_published, retain_handling = excluded.retain_handling,
  identifier = excluded.identifier, since = excluded.since`;
