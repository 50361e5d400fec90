import { parseSharedFilter, type QoS, type SharedFilter } from '@restante/mqtt-codec';
import type { DurableFilter } from '../logs/durable-filter.ts';
import type { Namespace } from '../namespace.ts';
import type { RecoveredFilter } from '../ports.ts';
import { dropOverflow } from './shared-delivery.ts';
import { SharedGroup } from './shared-group.ts';
import type { Subscription } from '../sessions/subscription.ts';

/** The shared groups of one tenant: who joins, who leaves, and what that means for their queues. */
export class SharedGroups {
  constructor(private readonly namespace: Namespace) {}

  /** A group with a queue, found in the store at start. Its members are absent, if there are any left. */
  recover(log: DurableFilter, { cursor, followerCount }: NonNullable<RecoveredFilter['group']>): void {
    const group = this.ensure(parseSharedFilter(log.topicFilter!)!);
    group.followerCount = followerCount;
    this.namespace.logs.open(group, { log, cursor });
    this.namespace.guards.watchGroup(group);
    this.tidy(group);
  }

  /** A new subscription, or a present one that was granted another QoS before (undefined: it is new). */
  join(subscription: Subscription, qosBefore: QoS | undefined): void {
    const group = this.ensure(subscription.share!);
    const { qos } = subscription;
    if (qos > 0 && !qosBefore) group.followerCount++;
    if (qos === 0 && qosBefore) group.followerCount--;
    if (qos > 0 && group.cursor === null) this.namespace.logs.open(group);
    group.admit(subscription);
    this.tidy(group);
  }

  /** A member is online. */
  admit(subscription: Subscription): void {
    this.ensure(subscription.share!).admit(subscription);
  }

  /** A member is no longer online. */
  dismiss(subscription: Subscription): void {
    const group = this.find(subscription.share!);
    if (group === undefined) return;
    group.dismiss(subscription);
    this.tidy(group);
  }

  /** A member unsubscribes, or its session ends. */
  leave(subscription: Subscription): void {
    const group = this.find(subscription.share!);
    if (group === undefined) return;
    group.dismiss(subscription);
    if (subscription.qos > 0) group.followerCount--;
    this.tidy(group);
  }

  /** The queue ends with the last member that has QoS > 0, the group with the last member (section 4.8.2). */
  private tidy(group: SharedGroup): void {
    if (group.followerCount === 0 && group.cursor !== null) {
      dropOverflow(group);
      this.namespace.logs.close(group);
    }
    if (group.cursor !== null || group.isAnyoneOnline) return;
    const { tree } = this.namespace;
    const node = tree.get(group.share.topicFilter);
    if (node?.groups.get(group.share.shareName) !== group) return;
    node.removeGroup(group);
    tree.removeIfEmpty(node);
  }

  /** undefined: there is none. */
  find({ shareName, topicFilter }: SharedFilter): SharedGroup | undefined {
    return this.namespace.tree.get(topicFilter)?.groups.get(shareName);
  }

  private ensure(share: SharedFilter): SharedGroup {
    const node = this.namespace.tree.ensure(share.topicFilter);
    const present = node.groups.get(share.shareName);
    if (present !== undefined) return present;
    const group = new SharedGroup(this.namespace, share);
    node.addGroup(group);
    return group;
  }
}
