import type { CursorRecord, QueueLimits } from '@restante/broker';
import { parseRanges } from './multirange.ts';

/** Columns of `cursor`, under the names of {@link CursorRow}. */
export const CURSOR_COLUMNS = `
  c.session_id AS "sessionId", c.filter_id AS "filterId", c.floor, c.done::text, c.consumed_bytes AS "consumedBytes",
  c.retire_at AS "retireAt", c.overflow, c.max_queued_messages AS "maxQueuedMessages",
  c.max_queued_bytes AS "maxQueuedBytes"`;

export interface CursorRow extends Omit<CursorRecord, 'done' | 'limits'> {
  done: string;
  /** Of a group; null: a session's cursor, and the limits are null too. */
  overflow: QueueLimits['overflow'] | null;
  maxQueuedMessages: number;
  maxQueuedBytes: number;
}

export function toCursorRecord(row: CursorRow): CursorRecord {
  const { overflow, maxQueuedMessages, maxQueuedBytes } = row;
  return {
    sessionId: row.sessionId,
    filterId: row.filterId,
    floor: row.floor,
    done: parseRanges(row.done),
    consumedBytes: row.consumedBytes,
    retireAt: row.retireAt,
    limits: overflow === null ? null : { overflow, maxQueuedMessages, maxQueuedBytes },
  };
}
