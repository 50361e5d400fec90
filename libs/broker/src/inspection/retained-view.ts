import { matches } from '@restante/mqtt-codec';
import type { Store, StoredRetained } from '../ports.ts';
import type { RetainedLevel, RetainedMessages } from '../retained.ts';
import { firstOfMany } from './lists/first-of.ts';
import type { Page, RetainedListQuery, RetainedTopic, RetainedTopicsQuery } from './inspection.ts';
import { byCodePoint } from './lists/subscription-order.ts';

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

/** One level of the tree of topics, from memory. `next` is a name with a letter before it: a name may be empty. */
export async function listRetainedTopics(
  retained: RetainedMessages,
  { parent, limit, after }: RetainedTopicsQuery,
): Promise<Page<RetainedTopic>> {
  const wanted = levelsAfter(retained.below(parent ?? null), after?.slice(1));
  const found = await firstOfMany(wanted, limit + 1, byName);
  const items = found.slice(0, limit).map((level) => ({
    ...level,
    topic: parent === undefined ? level.name : `${parent}/${level.name}`,
  }));
  return { items, next: found.length > limit ? `>${items.at(-1)!.name}` : null };
}

function* levelsAfter(levels: Iterable<RetainedLevel>, last: string | undefined) {
  for (const level of levels)
    yield last === undefined || byCodePoint(level.name, last) > 0 ? level : undefined;
}

function byName(a: RetainedLevel, b: RetainedLevel): number {
  return byCodePoint(a.name, b.name);
}

/** With what every topic begins that the filter matches: `a/#` matches `a` too. */
function literalPart(topicFilter: string): string {
  const wildcard = topicFilter.search(/[+#]/);
  if (wildcard < 0) return topicFilter;
  const literal = topicFilter.slice(0, wildcard);
  return topicFilter[wildcard] === '#' ? literal.replace(/\/$/, '') : literal;
}
