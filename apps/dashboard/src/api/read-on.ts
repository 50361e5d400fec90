interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** A server looks at some thousands for a page: enough for what lists of that size there are. */
const MOST_PAGES = 100;

/**
 * A page of a filtered list. The server looks at so many for a page and no further: where the filter leaves hardly any
 * of very many, the first pages may be empty, and that is not the end. @returns the first page that is not, or the last
 */
export async function readOn<Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
  after?: string,
): Promise<Page<Item>> {
  let page = await read(after);
  for (let pages = 1; page.items.length === 0 && page.next !== null && pages < MOST_PAGES; pages++)
    page = await read(page.next);
  return page;
}
