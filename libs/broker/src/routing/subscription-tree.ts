import { FilterNode } from './filter-node.ts';
import { type FilterSet, FilterSets } from './filter-set.ts';
import { KnownTopic } from './known-topic.ts';
import { MAX_CACHED_ROUTES } from '../limits.ts';
import { RecentlyUsed } from './recently-used.ts';
import { isSystemTopic, levelsOf } from './topic-levels.ts';

/** Of no generation of the tree. */
const OUTDATED = -1;

/** What all topic filters that begin with the same levels have in common. What is null is empty. */
class Level {
  /** The filter that ends here. */
  node: FilterNode | null = null;
  /** The filter that ends here with `#`. */
  rest: FilterNode | null = null;
  /** `+` */
  single: Level | null = null;
  /** By the name of the next level. */
  named: Map<string, Level> | null = null;

  get isEmpty(): boolean {
    return this.node === null && this.rest === null && this.single === null && this.named === null;
  }

  next(name: string): Level | undefined {
    return (name === '+' ? this.single : this.named?.get(name)) ?? undefined;
  }

  ensureNext(name: string): Level {
    if (name === '+') return (this.single ??= new Level());
    this.named ??= new Map();
    let level = this.named.get(name);
    if (level === undefined) this.named.set(name, (level = new Level()));
    return level;
  }

  removeNext(name: string): void {
    if (name === '+') this.single = null;
    else this.named?.delete(name);
    if (this.named?.size === 0) this.named = null;
  }
}

/**
 * The topic filters of one tenant. Filters without a wildcard are found by their text; the tree is walked only
 * when there are others. Which filters match a topic is remembered until that may be different.
 */
export class SubscriptionTree {
  private readonly exact = new Map<string, FilterNode>();
  private readonly root = new Level();
  private readonly sets = new FilterSets(MAX_CACHED_ROUTES);
  private readonly topics = new RecentlyUsed<string, KnownTopic>(MAX_CACHED_ROUTES);
  /** What topics know of their filters is true while this is the same. */
  private generation = 0;

  get(topicFilter: string): FilterNode | undefined {
    if (!hasWildcard(topicFilter)) return this.exact.get(topicFilter);
    const { names, isOpen } = partsOf(topicFilter);
    let level: Level | undefined = this.root;
    for (const name of names) {
      level = level.next(name);
      if (level === undefined) return undefined;
    }
    return (isOpen ? level.rest : level.node) ?? undefined;
  }

  /** The node of a topic filter, made when it is not there. */
  ensure(topicFilter: string): FilterNode {
    const present = this.get(topicFilter);
    if (present !== undefined) return present;
    const node = new FilterNode(topicFilter);
    if (hasWildcard(topicFilter)) this.addToTree(node);
    else this.exact.set(topicFilter, node);
    this.forgetMatchesOf(node);
    return node;
  }

  private addToTree(node: FilterNode): void {
    const { names, isOpen } = partsOf(node.topicFilter);
    let level = this.root;
    for (const name of names) level = level.ensureNext(name);
    if (isOpen) level.rest = node;
    else level.node = node;
  }

  /** Removes a node that nobody uses. */
  removeIfEmpty(node: FilterNode): void {
    const { topicFilter } = node;
    if (!node.isEmpty || this.get(topicFilter) !== node) return;
    if (hasWildcard(topicFilter)) prune(this.root, partsOf(topicFilter), 0);
    else this.exact.delete(topicFilter);
    this.forgetMatchesOf(node);
  }

  /** The filter is new, or is no more. One without a wildcard has to do with one topic alone. */
  private forgetMatchesOf(node: FilterNode): void {
    if (hasWildcard(node.topicFilter)) return this.forgetMatches();
    const topic = this.topics.get(node.topicFilter);
    if (topic !== undefined) topic.generation = OUTDATED;
    this.sets.forget(node);
  }

  private forgetMatches(): void {
    this.generation++;
    this.sets.clear();
  }

  /** The filters that match a topic name: the one without wildcards first. */
  match(topic: string): FilterSet {
    return this.know(topic).filters;
  }

  /** A topic name with the filters that match it, and with what came to it since it is known. */
  know(topic: string): KnownTopic {
    const present = this.topics.get(topic);
    if (present !== undefined && present.generation === this.generation) return present;
    const filters = this.find(topic);
    if (present === undefined) {
      const known = new KnownTopic(filters, this.generation);
      this.topics.set(topic, known);
      return known;
    }
    present.filters = filters;
    present.generation = this.generation;
    return present;
  }

  /** Those topics that are known: some thousands, the ones used last. */
  known(): Iterable<[topic: string, known: KnownTopic]> {
    return this.topics.entries();
  }

  /** Topics are known no more that were known once. */
  get hasForgotten(): boolean {
    return this.topics.hasForgotten;
  }

  private find(topic: string): FilterSet {
    if (this.sets.isFull) this.forgetMatches();
    const nodes: FilterNode[] = [];
    const exact = this.exact.get(topic);
    if (exact !== undefined) nodes.push(exact);
    if (!this.root.isEmpty) walk(this.root, topic, 0, !isSystemTopic(topic), nodes);
    return this.sets.of(nodes);
  }
}

/** Collects the filters below `level` that match what of the topic begins at `start`. */
function walk(level: Level, topic: string, start: number, wildcards: boolean, found: FilterNode[]): void {
  // "sport/#" also matches "sport" itself (MQTT 5.0 section 4.7.1.2).
  if (wildcards && level.rest !== null) found.push(level.rest);
  if (start > topic.length) {
    if (level.node !== null) found.push(level.node);
    return;
  }
  if (level.named === null && level.single === null) return;
  const slash = topic.indexOf('/', start);
  const end = slash === -1 ? topic.length : slash;
  const named = level.named?.get(topic.slice(start, end));
  if (named !== undefined) walk(named, topic, end + 1, true, found);
  if (wildcards && level.single !== null) walk(level.single, topic, end + 1, true, found);
}

function hasWildcard(topicFilter: string): boolean {
  return topicFilter.includes('+') || topicFilter.includes('#');
}

/** A topic filter with a wildcard: the names of its levels but for the `#` at its end, if it has one. */
interface Parts {
  names: string[];
  isOpen: boolean;
}

function partsOf(topicFilter: string): Parts {
  const names = levelsOf(topicFilter);
  const isOpen = names.at(-1) === '#';
  return { names: isOpen ? names.slice(0, -1) : names, isOpen };
}

/** Takes out the filter that `parts` lead to, and the levels that are of no more use with it. */
function prune(level: Level, parts: Parts, depth: number): void {
  const { names, isOpen } = parts;
  if (depth === names.length) {
    if (isOpen) level.rest = null;
    else level.node = null;
    return;
  }
  const next = level.next(names[depth]);
  if (next === undefined) return;
  prune(next, parts, depth + 1);
  if (next.isEmpty) level.removeNext(names[depth]);
}
