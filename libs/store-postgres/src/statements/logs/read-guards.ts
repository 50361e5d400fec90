import type { RecoveredGuard } from '@restante/broker';
import type { ClientBase } from 'pg';
import { CURSOR_COLUMNS, type CursorRow, toCursorRecord } from '../../rows/cursor-row.ts';

type Row = CursorRow & { tenantId: number; maxMessages: number; maxBytes: number };

/** Where the sessions stand whose full queues refuse publishers. */
export async function readGuards(client: ClientBase): Promise<RecoveredGuard[]> {
  const { rows } = await client.query<Row>(SQL);
  const cursors = Map.groupBy(rows, ({ sessionId }) => sessionId);
  return [...cursors.values()].map((ofSession) => {
    const [{ sessionId, tenantId, maxMessages, maxBytes }] = ofSession;
    const limits = {
      overflow: 'reject-publisher' as const,
      maxQueuedMessages: maxMessages,
      maxQueuedBytes: maxBytes,
    };
    return { sessionId, tenantId, limits, cursors: ofSession.map(toCursorRecord) };
  });
}

const SQL = `
SELECT ${CURSOR_COLUMNS}, s.tenant_id AS "tenantId", s.max_queued_messages AS "maxMessages",
  s.max_queued_bytes AS "maxBytes"
FROM session s JOIN cursor c ON c.session_id = s.id
WHERE s.overflow = 'reject-publisher'`;
