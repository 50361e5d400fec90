import {
  parseSharedFilter,
  type QoS,
  type SharedFilter,
  type SubscriptionRequest,
} from '@restante/mqtt-codec';
import type { Cursor } from '../logs/cursor.ts';
import type { Session } from './session.ts';

/** A session's subscription as granted (MQTT 5.0 section 3.8.3.1). */
export class Subscription {
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  retainHandling: 0 | 1 | 2;
  /** What `$share/{name}/{filter}` says; null: it is not shared. */
  readonly share: SharedFilter | null;
  /** Where the session stands in the filter's log; null with QoS 0, shared, or for sessions that end with the connection. */
  cursor: Cursor | null = null;
  /** Head of the filter's log when it began to follow it: what came before is not its. */
  since = 0;

  constructor(
    readonly session: Session,
    readonly topicFilter: string,
    options: Omit<SubscriptionRequest, 'topicFilter'>,
    /** Subscription identifier; 0: none. */
    public identifier: number,
  ) {
    this.share = parseSharedFilter(topicFilter) ?? null;
    this.qos = options.qos;
    this.noLocal = options.noLocal;
    this.retainAsPublished = options.retainAsPublished;
    this.retainHandling = options.retainHandling;
  }

  replace(options: Omit<SubscriptionRequest, 'topicFilter'>, identifier: number): void {
    this.qos = options.qos;
    this.noLocal = options.noLocal;
    this.retainAsPublished = options.retainAsPublished;
    this.retainHandling = options.retainHandling;
    this.identifier = identifier;
  }
}
