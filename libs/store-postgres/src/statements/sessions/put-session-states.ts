import type { SessionStateRecord } from '@restante/broker';
import type { ClientBase } from 'pg';
import { byteaArray, int8Array } from '../../rows/binary-arrays.ts';
import { packInflight, packReceived } from '../../rows/session-state.ts';

/** Writes in-flight windows and received identifiers; one of an older epoch changes nothing. */
export async function putSessionStates(client: ClientBase, states: SessionStateRecord[]): Promise<void> {
  const values = [
    int8Array(states.map((state) => state.sessionId)),
    int8Array(states.map((state) => state.epoch)),
    byteaArray(states.map((state) => packInflight(state.inflight))),
    byteaArray(states.map((state) => packReceived(state.received))),
  ];
  await client.query({ name: 'put-session-states', text: SQL, values });
}

const SQL = `
INSERT INTO session_state AS present (session_id, epoch, inflight, received)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
ON CONFLICT (session_id) DO UPDATE
SET epoch = excluded.epoch, inflight = excluded.inflight, received = excluded.received
WHERE present.epoch <= excluded.epoch`;
