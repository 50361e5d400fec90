import { type PageRequest } from '@restante/broker';
import { type ClientBase, type Pool } from 'pg';
import { int8Array } from '../binary-arrays.ts';
import { type StoredRun } from '../segment.ts';

const MAX_RUNS = 256;
const MAX_PAGE_BYTES = 64 * 1024;

export type ReadRun = StoredRun & {
  /** Index of the request, from 0. */
  request: number;
  lastSequence: number;
};

/** The first runs of each request that fit into a page, at least one; in order. */
export async function readRuns(client: ClientBase | Pool, requests: PageRequest[]): Promise<ReadRun[]> {
  const values = [
    int8Array(requests.map(({ filterId }) => filterId)),
    int8Array(requests.map(({ from }) => from)),
    int8Array(requests.map(({ to }) => to)),
  ];
  const { rows } = await client.query<ReadRun>({ name: 'read-runs', text: SQL, values });
  return rows;
}

const SQL = `
SELECT asked.request - 1 AS request, run.first_sequence AS "firstSequence", run.last_sequence AS "lastSequence",
  run.bytes_before AS "bytesBefore", run.data_at AS "dataAt", segment.first_order AS "firstOrder",
  substring(segment.data FROM run.places_at + 1 FOR run.entries * 12) AS places,
  substring(segment.data FROM run.data_at + 1 FOR run.data_length) AS data
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (filter_id, first, last, request)
CROSS JOIN LATERAL (
  SELECT *, sum(data_length) OVER nth AS total, row_number() OVER nth AS nth
  FROM (
    SELECT * FROM log_run WHERE filter_id = asked.filter_id AND last_sequence >= asked.first
    ORDER BY last_sequence LIMIT ${MAX_RUNS}
  ) near
  WHERE first_sequence <= asked.last
  WINDOW nth AS (ORDER BY last_sequence)
) run
JOIN segment ON segment.id = run.segment_id
WHERE run.nth = 1 OR run.total <= ${MAX_PAGE_BYTES}
ORDER BY asked.request, run.last_sequence`;
