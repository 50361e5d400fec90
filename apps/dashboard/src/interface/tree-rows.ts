/** The levels below a parent, as the server lists them; `next`: there are more than are shown. */
export interface TreeLevel<Item> {
  items: Item[];
  next: string | null;
}

/** A level of the tree that is there. */
export interface ItemRow<Item> {
  kind: 'item';
  depth: number;
  topic: string;
  item: Item;
  isOpen: boolean;
}

export type TreeRow<Item> =
  | ItemRow<Item>
  /** Its levels are on their way. */
  | { kind: 'loading'; depth: number; topic: string }
  /** There are more at this level than are shown. */
  | { kind: 'more'; depth: number; topic: string };

/** A tree as the lines of a table. @param levelOf - the levels below a topic (undefined: the first), if they are known */
export function treeRows<Item extends { topic: string }>(
  levelOf: (parent: string | undefined) => TreeLevel<Item> | undefined,
  isOpen: (topic: string) => boolean,
  parent?: string,
  depth = 0,
): TreeRow<Item>[] {
  const level = levelOf(parent);
  if (level === undefined) return [{ kind: 'loading', depth, topic: parent ?? '' }];
  const rows = level.items.flatMap((item): TreeRow<Item>[] => {
    const { topic } = item;
    const row = { kind: 'item', depth, topic, item, isOpen: isOpen(topic) } as const;
    return row.isOpen ? [row, ...treeRows(levelOf, isOpen, topic, depth + 1)] : [row];
  });
  return level.next === null ? rows : [...rows, { kind: 'more', depth, topic: parent ?? '' }];
}

/** The last level of a topic alone: `b` of `a/b`. A level may be empty. */
export function levelName(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}
