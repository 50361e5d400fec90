import type { PageRequest } from '@restante/broker';
import type { Pool } from 'pg';
import { copyOut } from '../../rows/copy-out.ts';
import type { StoredRun } from '../../rows/run-reader.ts';
import { PLACE_BYTES } from '../../rows/segment.ts';

const MAX_RUNS = 256;
const MAX_PAGE_BYTES = 64 * 1024;

export type ReadRun = StoredRun & {
  /** Index of the request, from 0. */
  request: number;
  lastSequence: number;
};

/** The first runs of each request that fit into a page, at least one; in order. */
export async function readRuns(pool: Pool, requests: PageRequest[]): Promise<ReadRun[]> {
  const rows = await copyOut(pool, queryFor(requests));
  return rows.map((row) => ({
    request: row.int4(0),
    firstSequence: row.int8(1),
    lastSequence: row.int8(2),
    bytesBefore: row.int8(3),
    dataAt: row.int4(4),
    firstOrder: row.int8(5),
    ...slicesOf(row.int4(6), row.bytea(7), row.bytea(8)),
  }));
}

/** `places` is empty when they came with the records that they lie behind. */
function slicesOf(placeBytes: number, places: Buffer, records: Buffer): { places: Buffer; data: Buffer } {
  // Of its own: what was read is much more, which a single message would keep from being freed.
  const data = Buffer.from(records);
  if (places.length > 0) return { places: Buffer.from(places), data };
  const end = data.length - placeBytes;
  return { places: data.subarray(end), data: data.subarray(0, end) };
}

function queryFor(requests: PageRequest[]): string {
  const asked = requests.map(({ filterId, from, to }, request) =>
    [request, `${filterId}::bigint`, `${from}::bigint`, `${to}::bigint`].join(', '),
  );
  return `
SELECT asked.request, run.first_sequence, run.last_sequence, run.bytes_before, run.data_at, segment.first_order,
  run.place_bytes,
  CASE WHEN NOT are_behind THEN substring(segment.data FROM run.places_at + 1 FOR run.place_bytes) END,
  substring(segment.data FROM run.data_at + 1 FOR run.data_length + CASE WHEN are_behind THEN run.place_bytes ELSE 0 END)
FROM (VALUES (${asked.join('), (')})) AS asked (request, filter_id, first, last)
CROSS JOIN LATERAL (
  SELECT *, entries * ${PLACE_BYTES} AS place_bytes, places_at = data_at + data_length AS are_behind,
    sum(data_length) OVER nth AS total, row_number() OVER nth AS nth
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
}
