import type { Logger } from '@restante/broker';
import type { Pool } from 'pg';

/** Between the moves. */
export const MOVED_EVERY_MS = 5_000;
const MOVE = `
SELECT gin_clean_pending_list('session_name_parts_idx'), gin_clean_pending_list('subscription_parts_idx')`;

/**
 * Keeps searches quick after new names have come: PostgreSQL first puts them on a list, which every search reads from end
 * to end, and moves them into the index when there is a megabyte of them or when the table is vacuumed (PostgreSQL 18,
 * section 65.4.4.1, "GIN Fast Update Technique"). With a full list a search takes four times as long.
 */
export async function moveNewNames(database: Pool, log: Logger): Promise<void> {
  try {
    await database.query(MOVE);
  } catch (error) {
    // Searches find the same, more slowly.
    log.debug({ error: (error as Error).message }, 'New names could not be moved into their index');
  }
}
