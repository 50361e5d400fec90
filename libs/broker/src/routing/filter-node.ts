import type { DurableFilter } from '../logs/durable-filter.ts';
import type { FilterSet } from './filter-set.ts';
import type { Session } from '../sessions/session.ts';
import type { Message } from '../message.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { Subscription } from '../sessions/subscription.ts';

const NO_SUBSCRIPTIONS: ReadonlyMap<Session, Subscription> = new Map();
/** Is shown every message that a topic filter matches. What it wants of a message's bytes it must copy at once. */
export type Tail = (message: Message) => void;

const NO_TAILS: ReadonlySet<Tail> = new Set();
const NO_GROUPS: ReadonlyMap<string, SharedGroup> = new Map();

/** One topic filter of a tenant, with everybody who wants its messages. What is null is empty: of most filters all is. */
export class FilterNode {
  private online: Map<Session, Subscription> | null = null;
  private durableFilter: DurableFilter | null = null;
  private shares: Map<string, SharedGroup> | null = null;
  private watching: Set<Tail> | null = null;
  /** Sets that have it and know their route. */
  private routed: Set<FilterSet> | null = null;

  constructor(readonly topicFilter: string) {}

  /** Subscriptions of the sessions that are online. */
  get subscriptions(): ReadonlyMap<Session, Subscription> {
    return this.online ?? NO_SUBSCRIPTIONS;
  }

  /** Adds a subscription, or takes notice of its new options. */
  add(subscription: Subscription): void {
    (this.online ??= new Map()).set(subscription.session, subscription);
    this.changed();
  }

  remove(session: Session): void {
    if (this.online?.delete(session) !== true) return;
    if (this.online.size === 0) this.online = null;
    this.changed();
  }

  /** Its log; null while no session that outlives its connection subscribes with QoS > 0. */
  get log(): DurableFilter | null {
    return this.durableFilter;
  }

  set log(log: DurableFilter | null) {
    this.durableFilter = log;
    this.changed();
  }

  /** Shared groups of this filter, by share name. */
  get groups(): ReadonlyMap<string, SharedGroup> {
    return this.shares ?? NO_GROUPS;
  }

  addGroup(group: SharedGroup): void {
    (this.shares ??= new Map()).set(group.share.shareName, group);
    this.changed();
  }

  removeGroup({ share }: SharedGroup): void {
    this.shares?.delete(share.shareName);
    if (this.shares?.size === 0) this.shares = null;
    this.changed();
  }

  get tails(): ReadonlySet<Tail> {
    return this.watching ?? NO_TAILS;
  }

  addTail(tail: Tail): void {
    (this.watching ??= new Set()).add(tail);
    this.changed();
  }

  removeTail(tail: Tail): void {
    this.watching?.delete(tail);
    if (this.watching?.size === 0) this.watching = null;
    this.changed();
  }

  get isEmpty(): boolean {
    const isFollowed = this.online !== null || this.durableFilter !== null || this.shares !== null;
    return !isFollowed && this.watching === null;
  }

  /** Who gets its messages is no longer what it was: routes that were compiled with it are forgotten at once. */
  changed(): void {
    const { routed } = this;
    if (routed === null) return;
    this.routed = null;
    for (const set of routed) set.forgetRoute();
  }

  /** `set` has compiled its route, and is to be told of changes. */
  tell(set: FilterSet): void {
    (this.routed ??= new Set()).add(set);
  }

  tellNoMore(set: FilterSet): void {
    this.routed?.delete(set);
    if (this.routed?.size === 0) this.routed = null;
  }
}
