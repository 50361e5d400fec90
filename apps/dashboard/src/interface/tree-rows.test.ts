import { levelName, treeRows } from './tree-rows.ts';

const level = (...topics: string[]) => ({ items: topics.map((topic) => ({ topic })), next: null });

test('what is unfolded stands below its level, at any depth', () => {
  const levels = new Map([
    [undefined, level('a', 'b')],
    ['a', level('a/x', 'a/y')],
    ['a/x', level('a/x/1')],
  ]);
  const rows = treeRows(
    (parent) => levels.get(parent),
    (topic) => topic.startsWith('a') && levels.has(topic),
  );
  expect(rows.map(({ kind, depth, topic }) => [kind, depth, topic])).toEqual([
    ['item', 0, 'a'],
    ['item', 1, 'a/x'],
    ['item', 2, 'a/x/1'],
    ['item', 1, 'a/y'],
    ['item', 0, 'b'],
  ]);
});

test('levels that are on their way, and those that are not all shown, are lines of their own', () => {
  const rows = treeRows(
    (parent) => (parent === undefined ? { ...level('a'), next: 'a' } : undefined),
    () => true,
  );
  expect(rows.map(({ kind, depth }) => [kind, depth])).toEqual([
    ['item', 0],
    ['loading', 1],
    ['more', 0],
  ]);
});

test('a level may have no name', () => {
  expect([levelName('a/b'), levelName('a'), levelName('a/'), levelName('')]).toEqual(['b', 'a', '', '']);
});
