import type { ProtocolVersion } from '@restante/mqtt-codec';
import type { Connection, OutgoingDelivery } from '../connection/connection.ts';
import type { Cursor, CursorOwner } from '../logs/cursor.ts';
import type { DropReason } from '../ledger/drop.ts';
import { dropRange } from './drops.ts';
import { Inflight, type InflightMessage } from './inflight.ts';
import { NEVER } from '../message.ts';
import type { Namespace } from '../namespace.ts';
import { type Policy, queueLimits } from '../policy.ts';
import type { SessionRecord, SessionStateRecord, StoredWill } from '../ports.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { Subscription } from './subscription.ts';
import { TransientQueue } from './transient-queue.ts';

/**
 * A client's session (MQTT 5.0 section 4.1). It outlives its connection when its expiry interval says so.
 *
 * Kept in memory while its client is connected, and after that until all of it is in the store.
 */
export class Session implements CursorOwner {
  /** null: offline. */
  connection: Connection | null = null;
  epoch = 0;
  username = '';
  protocolVersion: ProtocolVersion = 4;
  cleanStart = true;
  keepAliveSeconds = 0;
  /** Interval in force; 0: ends with the connection; 4,294,967,295: never ends. */
  expirySeconds = 0;
  createdAt: number;
  connectedAt: number | null = null;
  disconnectedAt: number | null = null;
  will: StoredWill | null = null;
  /** When the will of this absent session is due. */
  willAt: number | null = null;
  droppedMessages = 0;

  /** It has a row in the store: it outlives its connection, or its will must outlive the broker. */
  isRecorded = false;
  /** Its subscriptions with QoS > 0 have cursors: what they match waits for it in the store. */
  isDurable = false;
  /** It is over: expired, deleted, or replaced by a clean start. */
  isEnded = false;

  /** Change it with `setSubscription` and `removeSubscription` only. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Those of them with QoS 0 that are not shared: they have no cursor. */
  readonly unqueuedSubscriptions = new Set<Subscription>();
  /** By log, retired cursors included. */
  readonly cursors = new Map<number, Cursor>();
  /** That of them in the session's own log; null: it has none yet. */
  ownCursor: Cursor | null = null;
  /** Shared groups it is a member of, while it is online. */
  readonly groups = new Set<SharedGroup>();
  readonly inflight = new Inflight();
  /** What was in flight when the client returned and has not been sent again yet, in its first order. */
  resending: InflightMessage[] = [];
  /** Retained messages with QoS 0 that new subscriptions bring: read as fast as the client takes them. */
  feeds: Iterator<OutgoingDelivery>[] = [];
  /** QoS 2 packet identifiers received and not yet released; false: their message is not durable yet. */
  readonly received = new Map<number, boolean>();
  /** QoS 1 and 2 messages waiting for a session that ends with its connection. */
  readonly queue = new TransientQueue();

  /** Something of it has changed since it was last written. */
  isDirty = false;
  isAwake = false;
  /** What its full queue loses is being copied. */
  isRescuing = false;

  constructor(
    readonly id: number,
    readonly namespace: Namespace,
    readonly clientId: string,
    public policy: Policy,
    now: number,
  ) {
    this.createdAt = now;
  }

  /** It may have something to send. */
  wake(): void {
    if (this.connection !== null && !this.isEnded) this.namespace.engine.turn.wake(this);
  }

  dropped(cursor: Cursor, reason: DropReason, range: { from: number; to: number }): void {
    dropRange(this, reason, cursor, range);
  }

  /** A new subscription, or a present one whose options have changed. */
  setSubscription(subscription: Subscription): void {
    this.subscriptions.set(subscription.topicFilter, subscription);
    if (subscription.qos === 0 && subscription.share === null) this.unqueuedSubscriptions.add(subscription);
    else this.unqueuedSubscriptions.delete(subscription);
  }

  removeSubscription(subscription: Subscription): void {
    this.subscriptions.delete(subscription.topicFilter);
    this.unqueuedSubscriptions.delete(subscription);
  }

  /** The client has as many QoS 1 and 2 messages unacknowledged as it may [MQTT-3.3.4-9]. */
  get isWindowFull(): boolean {
    return this.inflight.size - this.resending.length >= (this.connection?.sendWindow ?? 0);
  }

  /** What waits in memory is as much as may. */
  get isQueueFull(): boolean {
    const { queue, policy } = this;
    return queue.length >= policy.maxQueuedMessages || queue.bytes >= policy.maxQueuedBytes;
  }

  /** When an absent session ends, in ms since the epoch; null while online or when it never does. */
  get expiresAt(): number | null {
    if (this.disconnectedAt === null || this.expirySeconds === NEVER) return null;
    return this.disconnectedAt + this.expirySeconds * 1_000;
  }

  hasExpired(now: number): boolean {
    const expiresAt = this.expiresAt;
    return expiresAt !== null && expiresAt <= now;
  }

  /** QoS 1 and 2 messages not yet acknowledged by the client, the ones in flight included. */
  get queuedMessages(): number {
    let total = this.queue.length;
    for (const cursor of this.cursors.values()) total += cursor.depth;
    return this.isDurable ? total : total + this.inflight.size;
  }

  get queuedBytes(): number {
    let total = this.queue.bytes;
    for (const cursor of this.cursors.values()) total += cursor.depthBytes;
    return total;
  }

  toRecord(): SessionRecord {
    return {
      id: this.id,
      tenantId: this.namespace.tenantId,
      clientId: this.clientId,
      epoch: this.epoch,
      username: this.username,
      protocolVersion: this.protocolVersion,
      cleanStart: this.cleanStart,
      keepAliveSeconds: this.keepAliveSeconds,
      expirySeconds: this.expirySeconds,
      createdAt: this.createdAt,
      connectedAt: this.connectedAt,
      disconnectedAt: this.disconnectedAt,
      expiresAt: this.expiresAt,
      will: this.will,
      willAt: this.willAt,
      droppedMessages: this.droppedMessages,
      limits: queueLimits(this.policy),
      keepLastPerTopic: this.policy.keepLastPerTopic,
      deadLetters: this.policy.deadLetters,
      retentionSeconds: this.policy.retentionSeconds,
    };
  }

  toStateRecord(): SessionStateRecord {
    return {
      sessionId: this.id,
      epoch: this.epoch,
      inflight: this.inflight.toRecords(),
      received: [...this.received.keys()],
    };
  }
}
