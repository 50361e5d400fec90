import type { StoredEntry, StoredPage } from '@restante/broker';

/** All entries of a page, taken apart. */
export function entriesIn(page: Pick<StoredPage, 'length' | 'entryAt'>): StoredEntry[] {
  return Array.from({ length: page.length }, (_, index) => page.entryAt(index));
}
