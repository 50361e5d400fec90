import type { PageRequest, StoredEntry, StoredPage } from '../ports.ts';

/** Of the pages kept, as they were read. What is taken apart of them costs as much again, about. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Pages read last, for logs that several sessions replay: what one of them has read the others need not, and a message
 * is taken apart once for all of them. Entries of a log never change.
 */
export class PageCache {
  /** By log and first number; the one used last is the last. */
  private readonly pages = new Map<string, KeptPage>();
  private bytes = 0;

  /** The page that begins where the request does, from here or by `read`. */
  get(request: PageRequest, read: () => Promise<StoredPage>): Promise<StoredPage> {
    const key = `${request.filterId} ${request.from}`;
    let kept = this.pages.get(key);
    if (kept === undefined) kept = this.read(key, read);
    else this.pages.delete(key);
    this.pages.set(key, kept);
    return kept.page;
  }

  private read(key: string, read: () => Promise<StoredPage>): KeptPage {
    const kept: KeptPage = { page: read().then((stored) => new SharedPage(stored)), bytes: 0 };
    kept.page.then(
      ({ length, bytes }) => {
        // One without entries is true only until there are some.
        if (length === 0) this.pages.delete(key);
        else this.bytes += kept.bytes = bytes;
        this.evict();
      },
      // Whoever asked is told; the next one asks the store again.
      () => this.pages.delete(key),
    );
    return kept;
  }

  private evict(): void {
    for (const [key, { bytes }] of this.pages) {
      if (this.bytes <= MAX_KEPT_BYTES) return;
      if (bytes === 0) continue;
      this.pages.delete(key);
      this.bytes -= bytes;
    }
  }
}

interface KeptPage {
  page: Promise<StoredPage>;
  /** 0: it is being read. */
  bytes: number;
}

/** Remembers what was taken apart. */
class SharedPage implements StoredPage {
  readonly length: number;
  readonly bytes: number;
  readonly coversTo: number;
  private readonly entries: StoredEntry[] = [];

  constructor(private readonly page: StoredPage) {
    this.length = page.length;
    this.bytes = page.bytes;
    this.coversTo = page.coversTo;
  }

  sequenceAt(index: number): number {
    return this.page.sequenceAt(index);
  }

  entryAt(index: number): StoredEntry {
    return (this.entries[index] ??= this.page.entryAt(index));
  }
}
