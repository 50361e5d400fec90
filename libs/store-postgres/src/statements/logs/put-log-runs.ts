import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';
import type { Run } from '../../rows/segment.ts';

/** Says which messages of the segments are whose. */
export async function putLogRuns(client: ClientBase, runs: Run[]): Promise<void> {
  const column = (value: (run: Run) => number) => int8Array(runs.map(value));
  const values = [
    column((run) => run.filterId),
    column((run) => run.lastSequence),
    column((run) => run.firstSequence),
    column((run) => run.entries),
    column((run) => run.bytes),
    column((run) => run.bytesBefore),
    column((run) => run.segmentId),
    column((run) => run.placesAt),
    column((run) => run.dataAt),
    column((run) => run.dataLength),
    column((run) => (run.isKept ? 1 : 0)),
  ];
  await client.query({ name: 'put-log-runs', text: SQL, values });
}

const SQL = `
INSERT INTO log_run (filter_id, last_sequence, first_sequence, entries, bytes, bytes_before, segment_id,
  places_at, data_at, data_length, stored_at)
SELECT filter_id, last_sequence, first_sequence, entries, bytes, bytes_before, segment_id, places_at, data_at,
  data_length, CASE WHEN is_kept = 1 THEN now() END
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
  $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
  AS new (filter_id, last_sequence, first_sequence, entries, bytes, bytes_before, segment_id, places_at, data_at,
    data_length, is_kept)`;
