import type { QoS } from '@restante/mqtt-codec';
import type { DurableFilter } from '../logs/durable-filter.ts';
import type { Session } from '../sessions/session.ts';
import type { SharedGroup } from '../shared-groups/shared-group.ts';
import type { FilterNode, Tail } from './filter-node.ts';

/** A session that is online, with what its matching subscriptions say together. */
export interface Recipient {
  session: Session;
  /** The highest granted [MQTT-3.3.4-2]. */
  qos: QoS;
  /** Every matching subscription has no local set. */
  noLocal: boolean;
  /** Some matching subscription has retain as published set. */
  retainAsPublished: boolean;
  /** Of all matching subscriptions that have one [MQTT-3.3.4-3]; undefined: none. */
  subscriptionIdentifiers: number[] | undefined;
  /** Messages with QoS > 0 reach it through a durable filter's log. */
  viaLog: boolean;
}

/** Who gets the messages of one topic name. */
export interface Route {
  recipients: Recipient[];
  /** Those of groups included; at times nobody follows one any more. */
  logs: DurableFilter[];
  groups: SharedGroup[];
  /** Of the recipients: those whose queue, in memory, refuses publishers when it is full. */
  refusing: Recipient[];
  /** Who watches, and is no recipient; null: nobody. */
  tails: Tail[] | null;
}

/** Merges the filters that match a topic into its recipients: one entry a session, however many of its filters match. */
export function compileRoute(nodes: readonly FilterNode[]): Route {
  const recipients = new Map<Session, Recipient>();
  const logs: DurableFilter[] = [];
  const groups: SharedGroup[] = [];
  const tails: Tail[] = [];
  for (const node of nodes) {
    if (node.log !== null) logs.push(node.log);
    tails.push(...node.tails);
    for (const group of node.groups.values()) {
      groups.push(group);
      if (group.log !== null) logs.push(group.log);
    }
    for (const [session, subscription] of node.subscriptions) {
      const identifiers = subscription.identifier === 0 ? undefined : [subscription.identifier];
      const viaLog = session.isDurable && subscription.qos > 0;
      const present = recipients.get(session);
      if (present === undefined) {
        recipients.set(session, {
          session,
          qos: subscription.qos,
          noLocal: subscription.noLocal,
          retainAsPublished: subscription.retainAsPublished,
          subscriptionIdentifiers: identifiers,
          viaLog,
        });
        continue;
      }
      if (subscription.qos > present.qos) present.qos = subscription.qos;
      present.noLocal &&= subscription.noLocal;
      present.retainAsPublished ||= subscription.retainAsPublished;
      present.viaLog ||= viaLog;
      if (identifiers !== undefined) (present.subscriptionIdentifiers ??= []).push(...identifiers);
    }
  }
  const all = [...recipients.values()];
  const refusing = all.filter(mayRefuse);
  return { recipients: all, logs, groups, refusing, tails: tails.length === 0 ? null : tails };
}

function mayRefuse({ session, qos, viaLog }: Recipient): boolean {
  return qos > 0 && !viaLog && session.policy.overflow === 'reject-publisher';
}
