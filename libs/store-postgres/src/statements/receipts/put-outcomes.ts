import type { ReceiptOutcome } from '@restante/broker';
import type { ClientBase } from 'pg';
import { int8Array } from '../../rows/binary-arrays.ts';

/** What became of messages with a receipt. Whatever is known stays when a cursor is found to be done with them. */
export async function putOutcomes(client: ClientBase, outcomes: ReceiptOutcome[]): Promise<void> {
  const values = [
    int8Array(outcomes.map(({ receiptId }) => receiptId)),
    int8Array(outcomes.map(({ sessionId }) => sessionId)),
    int8Array(outcomes.map(({ filterId }) => filterId)),
    outcomes.map(({ clientId }) => clientId),
    outcomes.map(({ state }) => state),
    outcomes.map(({ reason }) => reason),
  ];
  await client.query({ name: 'put-outcomes', text: SQL, values });
}

const SQL = `
INSERT INTO receipt_session AS present (receipt_id, session_id, filter_id, client_id, state, reason)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (receipt_id, session_id, filter_id) DO UPDATE
SET client_id = excluded.client_id, state = excluded.state, reason = excluded.reason
WHERE excluded.state <> 'acknowledged' OR present.state IN ('given', 'waiting')`;
