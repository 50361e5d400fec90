import type { FilterSet } from './filter-set.ts';
import { KnownTopic } from './known-topic.ts';

const PUBLISHED_AT = 1_000;

function aTopic(): KnownTopic {
  return new KnownTopic({} as FilterSet, 0);
}

test('what is recent came in the present window or the one before it', () => {
  const topic = aTopic();
  for (const window of [0, 0, 1, 1, 1]) topic.count(10, PUBLISHED_AT, window);
  expect(topic.recentMessages(1)).toBe(5);
  expect(topic.recentMessages(2)).toBe(3);
  expect(topic.recentMessages(3)).toBe(0);
  topic.count(10, PUBLISHED_AT, 2);
  expect(topic.recentMessages(2)).toBe(4);
  expect(topic).toMatchObject({ messages: 6, bytes: 60, lastAt: PUBLISHED_AT });
});

test('after a silence what came before it is not recent', () => {
  const topic = aTopic();
  topic.count(10, PUBLISHED_AT, 1);
  topic.count(10, PUBLISHED_AT, 7);
  expect(topic.recentMessages(7)).toBe(1);
  expect(topic.recentMessages(8)).toBe(1);
});
