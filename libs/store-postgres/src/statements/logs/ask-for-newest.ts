import type { Batch } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** Filters whose newest message of each topic is kept up from now on. */
export async function askForNewest(client: ClientBase, asked: Batch['askedFilters']): Promise<void> {
  const values = [
    int8Array(asked.map(({ filterId }) => filterId)),
    int8Array(asked.map(({ newestFrom }) => newestFrom)),
  ];
  await client.query({ name: 'ask-for-newest', text: SQL, values });
}

const SQL = `
UPDATE durable_filter SET newest_from = asked.newest_from
FROM unnest($1::bigint[], $2::bigint[]) AS asked (filter_id, newest_from) WHERE id = asked.filter_id`;
