import type { Batch } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

export async function deleteSubscriptions(
  client: ClientBase,
  keys: Batch['deletedSubscriptions'],
): Promise<void> {
  const values = [
    int8Array(keys.map(({ sessionId }) => sessionId)),
    keys.map(({ topicFilter }) => topicFilter),
  ];
  await client.query({ name: 'delete-subscriptions', text: SQL, values });
}

const SQL = `
DELETE FROM subscription USING unnest($1::bigint[], $2::text[]) AS gone (session_id, topic_filter)
WHERE subscription.session_id = gone.session_id AND name_key(subscription.topic_filter) = name_key(gone.topic_filter)`;
