import type { DurableFilterRecord } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** New durable filters. */
export async function putFilters(client: ClientBase, filters: DurableFilterRecord[]): Promise<void> {
  const values = [
    int8Array(filters.map(({ id }) => id)),
    int8Array(filters.map(({ tenantId }) => tenantId)),
    filters.map(({ topicFilter }) => topicFilter),
  ];
  await client.query({ name: 'put-filters', text: SQL, values });
}

const SQL = `
INSERT INTO durable_filter (id, tenant_id, topic_filter)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])`;
