import {
  PacketType,
  parseSharedFilter,
  type QoS,
  ReasonCode,
  type SubscribePacket,
  type SubscriptionRequest,
} from '@restante/mqtt-codec';
import type { OutgoingDelivery } from '../connection/connection.ts';
import { copyForSession, Message, type Publication } from '../message.ts';
import type { Namespace } from '../namespace.ts';
import type { Session } from '../sessions/session.ts';
import type { Subscription } from '../sessions/subscription.ts';
import { levelsOf } from '../routing/topic-levels.ts';
import type { ConnectedConnection } from './handle-packet.ts';

/**
 * Adds subscriptions (section 3.8). SUBACK leaves when they are durable, and what is retained for them with QoS 1 or 2
 * with them; retained messages follow it.
 */
export function handleSubscribe(connection: ConnectedConnection, packet: SubscribePacket): void {
  const { session, engine } = connection;
  const identifier = packet.properties.subscriptionIdentifiers?.[0] ?? 0;
  const outcomes = packet.subscriptions.map((request) => subscribe(connection, request, identifier));
  // They are held back until SUBACK is sent, but in the same transaction as the subscription.
  for (const { publication, identifier: subscriptionIdentifier } of retainedMessages(connection, outcomes)) {
    if (publication.qos > 0) session.namespace.deliverTo(session, publication, subscriptionIdentifier);
  }
  const answer = () => {
    connection.holds--;
    if (session.connection !== connection) return;
    const reasonCodes = outcomes.map((outcome) => outcome.reasonCode);
    connection.send({ type: PacketType.SUBACK, packetIdentifier: packet.packetIdentifier, reasonCodes });
    session.feeds.push(feedOf(connection, outcomes));
    engine.turn.wake(session);
  };
  connection.holds++;
  if (session.isDurable) engine.journal.afterCommit(answer);
  else answer();
}

interface Outcome {
  reasonCode: number;
  subscription?: Subscription;
  wantsRetained?: boolean;
}

function subscribe(
  connection: ConnectedConnection,
  request: SubscriptionRequest,
  identifier: number,
): Outcome {
  const { session, identity } = connection;
  const topicFilter = filterOf(request);
  const permit = identity.authorize?.('subscribe', topicFilter, session.clientId);
  const refusal = permit === null ? ReasonCode.NOT_AUTHORIZED : reasonToRefuse(session, request, topicFilter);
  if (refusal !== null)
    return { reasonCode: connection.protocolVersion === 5 ? refusal : ReasonCode.UNSPECIFIED_ERROR };
  const qos = Math.min(request.qos, session.policy.maxQoS, permit?.maxQoS ?? 2) as QoS;
  const { subscription, isNew } = session.namespace.subscribe(session, { ...request, qos }, identifier);
  // Shared subscriptions get none (section 4.8.2).
  const wantsRetained =
    subscription.share === null && (request.retainHandling === 0 || (request.retainHandling === 1 && isNew));
  return { reasonCode: qos, subscription, wantsRetained };
}

/** What the rules are asked of: a shared subscription is one of its filter. */
function filterOf({ topicFilter }: SubscriptionRequest): string {
  return parseSharedFilter(topicFilter)?.topicFilter ?? topicFilter;
}

function reasonToRefuse(
  { policy, subscriptions }: Session,
  request: SubscriptionRequest,
  topicFilter: string,
): number | null {
  if (levelsOf(topicFilter).length > policy.maxTopicLevels) return ReasonCode.TOPIC_FILTER_INVALID;
  const isNew = !subscriptions.has(request.topicFilter);
  if (isNew && subscriptions.size >= policy.maxSubscriptions) return ReasonCode.QUOTA_EXCEEDED;
  return null;
}

/** Section 3.3.1.3: with RETAIN set, at the lower of both QoS. */
function* retainedMessages(
  connection: ConnectedConnection,
  outcomes: Outcome[],
): Generator<{ publication: Publication; identifier: number }> {
  const { session, engine } = connection;
  const { namespace } = session;
  for (const { subscription, wantsRetained } of outcomes) {
    if (subscription === undefined || !wantsRetained) continue;
    for (const message of retainedFor(namespace, subscription.topicFilter, engine.now())) {
      const maxQoS = connection.maxQoSOf(message.topic);
      if (maxQoS === null) continue;
      const qos = Math.min(message.qos, subscription.qos, maxQoS) as QoS;
      const publication = copyForSession(message, { qos, retain: true });
      yield { publication, identifier: subscription.identifier };
    }
  }
}

/** Those with QoS 0, one after the other as the client takes them. */
function* feedOf(connection: ConnectedConnection, outcomes: Outcome[]): Generator<OutgoingDelivery> {
  for (const { publication, identifier } of retainedMessages(connection, outcomes)) {
    if (publication.qos > 0) continue;
    yield {
      message: new Message(publication, 0),
      retain: true,
      packetIdentifier: 0,
      subscriptionIdentifiers: identifier === 0 ? undefined : [identifier],
    };
  }
}

function* retainedFor(namespace: Namespace, topicFilter: string, now: number): Generator<Publication> {
  yield* namespace.retained.match(topicFilter, now);
  yield* namespace.systemTopics.match(topicFilter, now);
}
