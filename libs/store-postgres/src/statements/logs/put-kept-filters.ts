import type { Batch } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Stands for NULL where a number is wanted: sequence numbers are not negative. */
const NONE = -1;

/** Filters whose entries are kept behind every cursor from some sequence number on, or no longer. */
export async function putKeptFilters(client: ClientBase, kept: Batch['keptFilters']): Promise<void> {
  const values = [
    int8Array(kept.map(({ filterId }) => filterId)),
    int8Array(kept.map(({ keptFrom }) => keptFrom ?? NONE)),
  ];
  await client.query({ name: 'put-kept-filters', text: SQL, values });
}

const SQL = `
UPDATE durable_filter SET kept_from = nullif(kept.kept_from, ${NONE})
FROM unnest($1::bigint[], $2::bigint[]) AS kept (filter_id, kept_from) WHERE id = kept.filter_id`;
