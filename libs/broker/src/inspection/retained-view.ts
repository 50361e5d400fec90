import { matches } from '@restante/mqtt-codec';
import { type Store, type StoredRetained } from '../ports.ts';
import { type Page, type RetainedListQuery } from './inspection.ts';

const READ_AT_A_TIME = 500;
/** Topics that one page looks at. */
const MAX_LOOKED_AT = 5_000;

/** Retained messages by topic, from the store: a tenant may have many, and the engine has devices to serve. */
export async function viewRetained(
  store: Pick<Store, 'listRetained'>,
  tenantId: number,
  { topicFilter = '#', limit, after, payloadBytes }: RetainedListQuery,
): Promise<Page<StoredRetained>> {
  const items: StoredRetained[] = [];
  const prefix = literalPart(topicFilter);
  // One more than asked for, so that the end is known; with a wildcard there is no telling how many it takes.
  const atATime = topicFilter === '#' ? limit + 1 : READ_AT_A_TIME;
  let last = after;
  for (let looked = 0; looked < MAX_LOOKED_AT;) {
    const found = await store.listRetained(tenantId, { prefix, after: last, limit: atATime, payloadBytes });
    for (const retained of found) {
      if (!matches(topicFilter, retained.topic)) last = retained.topic;
      else if (items.length === limit) return { items, next: last! };
      else {
        items.push(retained);
        last = retained.topic;
      }
    }
    looked += found.length;
    if (found.length < atATime) return { items, next: null };
  }
  return { items, next: last! };
}

/** With what every topic begins that the filter matches: `a/#` matches `a` too. */
function literalPart(topicFilter: string): string {
  const wildcard = topicFilter.search(/[+#]/);
  if (wildcard < 0) return topicFilter;
  const literal = topicFilter.slice(0, wildcard);
  return topicFilter[wildcard] === '#' ? literal.replace(/\/$/, '') : literal;
}
