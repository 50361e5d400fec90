import type { Logger } from '@restante/broker';
import type { Pool } from 'pg';

const EVERY_MS = 5_000;
const TIDY = `
SELECT gin_clean_pending_list('session_name_parts_idx'), gin_clean_pending_list('subscription_parts_idx')`;

/**
 * Keeps searches quick after new names have come: PostgreSQL first puts them on a list, which every search reads from end
 * to end, and moves them into the index when there is a megabyte of them or when the table is vacuumed (PostgreSQL 18,
 * section 65.4.4.1, "GIN Fast Update Technique"). With a full list a search takes four times as long.
 */
export class SearchIndexes {
  private timer: NodeJS.Timeout | null = null;
  private tidying: Promise<void> | null = null;
  private isClosed = false;

  constructor(
    private readonly database: Pool,
    private readonly log: Logger,
  ) {}

  start(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.tidying = this.tidy().then(() => this.start());
    }, EVERY_MS);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.tidying;
  }

  private async tidy(): Promise<void> {
    try {
      await this.database.query(TIDY);
    } catch (error) {
      // Searches find the same, more slowly.
      this.log.debug({ error: (error as Error).message }, 'New names could not be moved into their index');
    }
  }
}
