import type { FilterNode } from './filter-node.ts';
import { compileRoute, type Route } from './router.ts';

/** Filters that match together: all topics that exactly these match have one route, whatever their names. */
export class FilterSet {
  /** Sets with one more filter, made so far. */
  readonly larger = new Map<FilterNode, FilterSet>();
  private compiled: Route | null = null;

  constructor(readonly nodes: readonly FilterNode[]) {}

  /** Who gets the messages of these topics. */
  get route(): Route {
    return this.compiled ?? this.compile();
  }

  private compile(): Route {
    this.compiled = compileRoute(this.nodes);
    for (const node of this.nodes) node.tell(this);
    return this.compiled;
  }

  /** Something of its filters has changed. At once: a route holds sessions, which may be over. */
  forgetRoute(): void {
    if (this.compiled === null) return;
    this.compiled = null;
    for (const node of this.nodes) node.tellNoMore(this);
  }
}

/** The sets of one tenant: one object for the same filters in the same order. */
export class FilterSets {
  /** The set of no filters. */
  private none = new FilterSet([]);
  private size = 0;

  /** @param capacity when there are more sets, all are made anew as they are asked for */
  constructor(private readonly capacity: number) {}

  of(nodes: readonly FilterNode[]): FilterSet {
    let set = this.none;
    for (const node of nodes) set = set.larger.get(node) ?? this.enlarge(set, node);
    return set;
  }

  private enlarge(set: FilterSet, node: FilterNode): FilterSet {
    const larger = new FilterSet([...set.nodes, node]);
    set.larger.set(node, larger);
    this.size++;
    return larger;
  }

  get isFull(): boolean {
    return this.size >= this.capacity;
  }

  /** Forgets the sets whose first filter is `node`. */
  forget(node: FilterNode): void {
    const set = this.none.larger.get(node);
    if (set === undefined) return;
    this.none.larger.delete(node);
    this.release(set);
  }

  clear(): void {
    this.release(this.none);
    this.none = new FilterSet([]);
    this.size = 0;
  }

  private release(set: FilterSet): void {
    this.size--;
    set.forgetRoute();
    for (const larger of set.larger.values()) this.release(larger);
  }
}
