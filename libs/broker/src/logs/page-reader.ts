import type { Cursor } from './cursor.ts';
import { StoreUnavailableError } from '../errors.ts';
import { GroupRead } from '../journal/group-read.ts';
import { RETRY_MAX_MS } from '../limits.ts';
import type { LogPosition } from '../sessions/inflight.ts';
import { PageCache } from './page-cache.ts';
import type { Message } from '../message.ts';
import type { Logger, PageRequest, Store, StoredPage } from '../ports.ts';

/** Bounds what is read at once, and held until it is taken apart. */
const MAX_PAGES_A_READ = 32;
const PARALLEL_READS = 2;

/** Reads pieces of logs for sessions that are behind what is in memory. */
export class PageReader {
  private readonly group: GroupRead<PageRequest, StoredPage>;
  private readonly shared = new PageCache();

  constructor(
    store: Store,
    private readonly log: Logger,
  ) {
    this.group = new GroupRead((requests) => store.readPages(requests), MAX_PAGES_A_READ, PARALLEL_READS);
  }

  /**
   * Reads what the cursor needs next, when it needs any, then wakes its owner. While the database is away that is how
   * it is asked for again, as long as somebody is online.
   */
  async load(cursor: Cursor): Promise<void> {
    const { owner, log, replay } = cursor;
    // Everything before the tail in memory is committed: a page read now cannot miss an entry.
    const to = Math.min(cursor.end, log.tailStart - 1);
    const from = replay.readFrom(cursor.next, to);
    if (from === null) return;
    replay.isLoading = true;
    try {
      const request = { filterId: log.id, from, to };
      const read = () => this.group.get(request);
      const page = log.cursorCount > 1 ? this.shared.get(request, read) : read();
      replay.add(await page, from, cursor.next);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) {
        this.log.error({ filterId: log.id, error: (error as Error).message }, 'A queue could not be read');
      }
      await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MAX_MS));
    } finally {
      replay.isLoading = false;
    }
    owner.wake();
  }

  /** A piece of a log, for somebody who only looks: at least one entry, where there is one. */
  read(request: PageRequest): Promise<StoredPage> {
    return this.group.get(request);
  }

  /** Reads single entries, such as those in flight when a session returns; missing ones are left out. */
  async fetch(positions: LogPosition[]): Promise<Map<LogPosition, Message>> {
    const found = new Map<LogPosition, Message>();
    await Promise.all(
      positions.map(async (position) => {
        const { cursor, sequence } = position;
        const inMemory = cursor.log.entryAt(sequence);
        if (inMemory !== undefined) {
          found.set(position, inMemory.message);
          return;
        }
        const page = await this.group.get({ filterId: cursor.log.id, from: sequence, to: sequence });
        if (page.length > 0) found.set(position, page.entryAt(0).message);
      }),
    );
    return found;
  }
}
