import type { NewestRequest, StoredNewest } from '@restante/broker';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

interface Row {
  /** From 1. */
  nth: number;
  sequence: number;
  bytes: number;
  total: number;
}

/** The newest messages of their topics in some logs, in the order of the requests. */
export async function readNewest(
  client: ClientBase | Pool,
  requests: NewestRequest[],
): Promise<StoredNewest[]> {
  const values = [
    int8Array(requests.map(({ filterId }) => filterId)),
    int8Array(requests.map(({ from }) => from)),
    int8Array(requests.map(({ limit }) => limit)),
  ];
  const { rows } = await client.query<Row>({ name: 'read-newest', text: SQL, values });
  const found: StoredNewest[] = requests.map(() => ({ messages: [], total: 0 }));
  for (const { nth, sequence, bytes, total } of rows) {
    found[nth - 1].messages.push({ sequence, bytes });
    found[nth - 1].total = total;
  }
  return found;
}

const SQL = `
SELECT asked.nth, newest.sequence, newest.bytes, newest.total
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (filter_id, first, most, nth)
CROSS JOIN LATERAL (
  SELECT sequence, bytes, count(*) OVER () AS total FROM newest_message
  WHERE filter_id = asked.filter_id AND sequence >= asked.first ORDER BY sequence DESC LIMIT asked.most
) newest
ORDER BY asked.nth, newest.sequence`;
