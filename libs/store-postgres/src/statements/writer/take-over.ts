import type { NextIdentifiers } from '@restante/broker';
import type { ClientBase } from 'pg';

export interface Takeover extends NextIdentifiers {
  epoch: number;
  lastBatch: number;
  /** When the server before was last seen writing. */
  seenAt: Date;
}

/** Makes this server the writer: whatever another one still sends is refused from now on. */
export async function takeOver(client: ClientBase): Promise<Takeover> {
  const { rows } = await client.query<Takeover>(SQL);
  return rows[0];
}

const SQL = `
UPDATE writer SET epoch = epoch + 1 WHERE id = 1
RETURNING epoch, last_batch AS "lastBatch", seen_at AS "seenAt", next_order AS "order",
  next_session_id AS "sessionId", next_filter_id AS "filterId"`;
