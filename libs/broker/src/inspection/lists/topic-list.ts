import type { Namespace } from '../../namespace.ts';
import { firstOf } from './first-of.ts';
import type { TopicOrder, TopicPage, TopicsQuery, TopicTraffic } from '../inspection.ts';
import { decodeToken, encodeToken } from './page-token.ts';

/** Where a topic stands in a list. */
interface Position {
  topic: string;
  /** What it is sorted by; 0: by its name. */
  rank: number;
}

/** Topics as they are remembered for routing, with what came to them. */
export function listTopics(namespace: Namespace, query: TopicsQuery, now: number): TopicPage {
  const { tree, retained } = namespace;
  const all =
    query.q === undefined
      ? levelsBelow(traffic(namespace, now), query.parent)
      : matching(traffic(namespace, now), query.q);
  const rankOf = ranks[query.sort ?? 'topic'];
  const after = query.after === undefined ? undefined : decodePosition(query.after);
  const positions = [...all]
    .map((item) => ({ item, topic: item.topic, rank: rankOf(item) }))
    .filter((position) => after === undefined || compare(after, position) < 0);
  const found = firstOf(positions, query.limit + 1, compare);
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => ({ ...item, isRetained: isRetained(retained.get(item.topic), now) })),
    next: found.length > page.length && last !== undefined ? encodeToken([last.rank, last.topic]) : null,
    hasForgotten: tree.hasForgotten,
  };
}

/** Of each topic by itself. */
function* traffic({ tree, counters }: Namespace, now: number): Generator<TopicTraffic> {
  const seconds = counters.recentSeconds(now);
  for (const [topic, known] of tree.known()) {
    const { messages, bytes, lastAt } = known;
    // It was only asked for.
    if (messages === 0) continue;
    const messagesPerSecond = known.recentMessages(counters.window) / seconds;
    yield { topic, childTopics: 0, messages, messagesPerSecond, bytes, lastAt, isRetained: false };
  }
}

function matching(topics: Iterable<TopicTraffic>, q: string): Iterable<TopicTraffic> {
  const part = q.toLowerCase();
  return [...topics].filter(({ topic }) => topic.toLowerCase().includes(part));
}

/** What lies at or below each of the levels that follow the parent. */
function levelsBelow(topics: Iterable<TopicTraffic>, parent: string | undefined): Iterable<TopicTraffic> {
  const prefix = parent === undefined ? '' : `${parent}/`;
  const levels = new Map<string, TopicTraffic>();
  for (const one of topics) {
    if (!one.topic.startsWith(prefix)) continue;
    const slash = one.topic.indexOf('/', prefix.length);
    const topic = slash === -1 ? one.topic : one.topic.slice(0, slash);
    const childTopics = slash === -1 ? 0 : 1;
    const level = levels.get(topic);
    if (level === undefined) {
      levels.set(topic, { ...one, topic, childTopics });
      continue;
    }
    level.childTopics += childTopics;
    level.messages += one.messages;
    level.messagesPerSecond += one.messagesPerSecond;
    level.bytes += one.bytes;
    level.lastAt = Math.max(level.lastAt, one.lastAt);
  }
  return levels.values();
}

const ranks: Record<TopicOrder, (item: TopicTraffic) => number> = {
  topic: () => 0,
  messages: ({ messages }) => messages,
  messagesPerSecond: ({ messagesPerSecond }) => messagesPerSecond,
};

function compare(a: Position, b: Position): number {
  return b.rank - a.rank || (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0);
}

function isRetained(message: { isExpired(now: number): boolean } | null, now: number): boolean {
  return message !== null && !message.isExpired(now);
}

/** @returns undefined for what is no position: the list begins at its start */
function decodePosition(token: string): Position | undefined {
  const [rank, topic] = decodeToken(token);
  return typeof rank === 'number' && typeof topic === 'string' ? { rank, topic } : undefined;
}
