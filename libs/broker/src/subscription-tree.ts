import { type DurableFilter } from './durable-filter.ts';
import { MAX_CACHED_ROUTES } from './limits.ts';
import { type Session } from './session.ts';
import { type SharedGroup } from './shared-group.ts';
import { type Subscription } from './subscription.ts';
import { isSystemTopic, levelsOf } from './topic-levels.ts';

const NO_SUBSCRIPTIONS: ReadonlyMap<Session, Subscription> = new Map();

/** One topic filter of a tenant, with everybody who wants its messages. */
export class FilterNode {
  /** null: none. Of a million absent sessions' filters most are like that. */
  private online: Map<Session, Subscription> | null = null;
  /** Its log; null while no session that outlives its connection subscribes with QoS > 0. */
  log: DurableFilter | null = null;
  /** Shared groups of this filter, by share name; null: none. */
  groups: Map<string, SharedGroup> | null = null;

  constructor(readonly topicFilter: string) {}

  /** Subscriptions of the sessions that are online. */
  get subscriptions(): ReadonlyMap<Session, Subscription> {
    return this.online ?? NO_SUBSCRIPTIONS;
  }

  add(subscription: Subscription): void {
    (this.online ??= new Map()).set(subscription.session, subscription);
  }

  remove(session: Session): void {
    this.online?.delete(session);
    if (this.online?.size === 0) this.online = null;
  }

  get isEmpty(): boolean {
    return this.online === null && this.log === null && this.groups === null;
  }
}

class Level {
  /** null: none. */
  children: Map<string, Level> | null = null;
  /** The filter that ends here. */
  node: FilterNode | null = null;
}

/**
 * The topic filters of one tenant. Filters without a wildcard are found by their text; the tree is walked only
 * when there are others. Matches of a topic are remembered until the tree changes.
 */
export class SubscriptionTree {
  private readonly exact = new Map<string, FilterNode>();
  private readonly root = new Level();
  private wildcardFilters = 0;
  private readonly routes = new Map<string, FilterNode[]>();

  /** Rises with every change that could alter who gets a message. */
  version = 0;

  get(topicFilter: string): FilterNode | undefined {
    if (!hasWildcard(topicFilter)) return this.exact.get(topicFilter);
    let level: Level | undefined = this.root;
    for (const name of levelsOf(topicFilter)) {
      level = level.children?.get(name);
      if (level === undefined) return undefined;
    }
    return level.node ?? undefined;
  }

  /** The node of a topic filter, made when it is not there. */
  ensure(topicFilter: string): FilterNode {
    const present = this.get(topicFilter);
    if (present !== undefined) return present;
    const node = new FilterNode(topicFilter);
    this.changed();
    if (!hasWildcard(topicFilter)) {
      this.exact.set(topicFilter, node);
      return node;
    }
    let level = this.root;
    for (const name of levelsOf(topicFilter)) {
      level.children ??= new Map();
      let child = level.children.get(name);
      if (child === undefined) level.children.set(name, (child = new Level()));
      level = child;
    }
    level.node = node;
    this.wildcardFilters++;
    return node;
  }

  /** Removes a node that nobody uses. */
  removeIfEmpty(node: FilterNode): void {
    if (!node.isEmpty || this.get(node.topicFilter) !== node) return;
    this.changed();
    if (!hasWildcard(node.topicFilter)) {
      this.exact.delete(node.topicFilter);
      return;
    }
    this.wildcardFilters--;
    prune(this.root, levelsOf(node.topicFilter), 0);
  }

  /** Forgets remembered matches. */
  changed(): void {
    this.version++;
    this.routes.clear();
  }

  /** The filters that match a topic name. */
  match(topic: string): FilterNode[] {
    let nodes = this.routes.get(topic);
    if (nodes !== undefined) return nodes;
    nodes = [];
    const exact = this.exact.get(topic);
    if (exact !== undefined) nodes.push(exact);
    if (this.wildcardFilters > 0) this.walk(this.root, levelsOf(topic), 0, !isSystemTopic(topic), nodes);
    if (this.routes.size >= MAX_CACHED_ROUTES) this.routes.clear();
    this.routes.set(topic, nodes);
    return nodes;
  }

  private walk(level: Level, names: string[], depth: number, wildcards: boolean, found: FilterNode[]): void {
    if (wildcards) {
      // "sport/#" also matches "sport" itself (MQTT 5.0 section 4.7.1.2).
      const rest = level.children?.get('#');
      if (rest?.node) found.push(rest.node);
    }
    if (depth === names.length) {
      if (level.node !== null) found.push(level.node);
      return;
    }
    const child = level.children?.get(names[depth]);
    if (child !== undefined) this.walk(child, names, depth + 1, true, found);
    const single = wildcards ? level.children?.get('+') : undefined;
    if (single !== undefined) this.walk(single, names, depth + 1, true, found);
  }
}

function hasWildcard(topicFilter: string): boolean {
  return topicFilter.includes('+') || topicFilter.includes('#');
}

/** Takes out the node at the end of `names` and the levels that are of no more use; true: `level` itself is. */
function prune(level: Level, names: string[], depth: number): boolean {
  if (depth === names.length) {
    level.node = null;
  } else {
    const child = level.children?.get(names[depth]);
    if (child !== undefined && prune(child, names, depth + 1)) level.children!.delete(names[depth]);
    if (level.children?.size === 0) level.children = null;
  }
  return level.node === null && level.children === null;
}
