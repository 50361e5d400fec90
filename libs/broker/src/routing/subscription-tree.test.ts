import { matches } from '@restante/mqtt-codec';
import fc from 'fast-check';
import { aTopic, aTopicFilter } from '../../testing/topics.ts';
import type { DurableFilter } from '../logs/durable-filter.ts';
import { SubscriptionTree } from './subscription-tree.ts';

/** A node stays in the tree as long as somebody uses it: a log stands for that here. */
function use(tree: SubscriptionTree, topicFilter: string): void {
  tree.ensure(topicFilter).log = {} as DurableFilter;
}

function release(tree: SubscriptionTree, topicFilter: string): void {
  const node = tree.get(topicFilter)!;
  node.log = null;
  tree.removeIfEmpty(node);
}

function found(tree: SubscriptionTree, topic: string): string[] {
  return tree
    .match(topic)
    .nodes.map((node) => node.topicFilter)
    .sort();
}

test('finds exactly the filters that match, each once, while filters come and go', () => {
  const step = fc.record({ topicFilter: aTopicFilter, isRemoval: fc.boolean(), topic: aTopic });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const tree = new SubscriptionTree();
      const model = new Set<string>();
      for (const { topicFilter, isRemoval, topic } of steps) {
        if (!isRemoval) {
          use(tree, topicFilter);
          model.add(topicFilter);
        } else if (model.delete(topicFilter)) release(tree, topicFilter);
        expect(found(tree, topic)).toEqual([...model].filter((each) => matches(each, topic)).sort());
      }
      for (const topicFilter of model) release(tree, topicFilter);
      expect(tree.get('a/+')).toBeUndefined();
      expect(found(tree, 'a')).toEqual([]);
    }),
  );
});

test('a node that is in use is not removed', () => {
  const tree = new SubscriptionTree();
  use(tree, 'a/#');
  tree.removeIfEmpty(tree.get('a/#')!);
  expect(found(tree, 'a/b')).toEqual(['a/#']);
});

test('removing a filter leaves those above and below it', () => {
  const tree = new SubscriptionTree();
  for (const topicFilter of ['a/+', 'a/+/#', 'a/+/c/+']) use(tree, topicFilter);
  release(tree, 'a/+/#');
  expect(found(tree, 'a/b')).toEqual(['a/+']);
  expect(found(tree, 'a/b/c/d')).toEqual(['a/+/c/+']);
});

test('topics that the same filters match have one set, and another one when a filter comes or goes', () => {
  const tree = new SubscriptionTree();
  for (const topicFilter of ['a/+', '#']) use(tree, topicFilter);
  const set = tree.match('a/b');
  expect(tree.match('a/c')).toBe(set);
  use(tree, 'a/b');
  expect(tree.match('a/b')).not.toBe(set);
  expect(tree.match('a/c')).toBe(set);
  release(tree, 'a/b');
  expect(tree.match('a/b')).toBe(set);
  release(tree, '#');
  expect(tree.match('a/c')).not.toBe(set);
});

test('a route is compiled anew when one of its filters has changed, and only then', () => {
  const tree = new SubscriptionTree();
  for (const topicFilter of ['a/+', 'a/b', 'c']) use(tree, topicFilter);
  const { route } = tree.match('a/b');
  tree.get('c')!.changed();
  expect(tree.match('a/b').route).toBe(route);
  tree.get('a/+')!.changed();
  expect(tree.match('a/b').route).not.toBe(route);
});

test('sets that are of no more use hold no route, though their filters are still there', () => {
  const tree = new SubscriptionTree();
  for (const each of ['#', 'a/+']) use(tree, each);
  const set = tree.match('a/b');
  const { route } = set;
  expect(set.route).toBe(route);
  use(tree, 'b/+');
  expect(set.route).not.toBe(route);
});

test('what came to a topic is known whatever filters come and go', () => {
  const tree = new SubscriptionTree();
  tree.know('a').count(5, 1_000, 0);
  for (const topicFilter of ['a', '#', 'b']) use(tree, topicFilter);
  expect(tree.know('a')).toMatchObject({ messages: 1, bytes: 5 });
  expect(found(tree, 'a')).toEqual(['#', 'a']);
  release(tree, 'a');
  release(tree, '#');
  expect(found(tree, 'a')).toEqual([]);
  expect(tree.know('a').messages).toBe(1);
});

test('so many topics are known, the ones used last, and that others were is known too', () => {
  const tree = new SubscriptionTree();
  for (let nth = 0; nth < 30_000; nth++) {
    tree.know(`${nth}`);
    tree.know('often').count(1, 1_000, 0);
    if (nth === 9_000) expect(tree.hasForgotten).toBe(false);
  }
  expect(tree.hasForgotten).toBe(true);
  const known = new Map(tree.known());
  expect(known.size).toBeLessThanOrEqual(20_001);
  expect(known.get('often')!.messages).toBe(30_000);
});
