import { isUtf8, MqttError, PacketType, type PublishPacket, ReasonCode } from '@restante/mqtt-codec';
import { type PublishRefusal, PublishRefusedError } from '../errors.ts';
import type { Publication } from '../message.ts';
import { levelsOf } from '../routing/topic-levels.ts';
import { covers } from '../authentication.ts';
import { expiresAt } from '../sessions/will.ts';
import type { ConnectedConnection } from './handle-packet.ts';

/** Accepts a message from a client (MQTT 5.0 section 3.3). */
export function handlePublish(connection: ConnectedConnection, packet: PublishPacket): void {
  resolveAlias(connection, packet);
  validate(connection, packet);
  if (packet.qos === 2 && answerRepetition(connection, packet)) return;
  checkWindow(connection, packet);
  if (!isAuthorized(connection, packet)) return refuse(connection, packet, ReasonCode.NOT_AUTHORIZED);
  accept(connection, packet);
}

/** [MQTT-3.3.2-8], [MQTT-3.3.2-9]; an alias that was never set is an error (section 3.3.2.3.4). */
function resolveAlias({ topicAliases, session }: ConnectedConnection, packet: PublishPacket): void {
  const { topicAlias } = packet;
  if (topicAlias === 0) return;
  if (topicAlias > session.policy.topicAliasMaximum) {
    throw new MqttError(
      ReasonCode.TOPIC_ALIAS_INVALID,
      'The topic alias is above the maximum',
      'MQTT-3.3.2-9',
    );
  }
  if (packet.topic !== '') {
    topicAliases.set(topicAlias, packet.topic);
    return;
  }
  const topic = topicAliases.get(topicAlias);
  if (topic === undefined) {
    throw new MqttError(ReasonCode.PROTOCOL_ERROR, 'The topic alias was never set', 'section 3.3.2.3.4');
  }
  packet.topic = topic;
}

function validate({ session }: ConnectedConnection, packet: PublishPacket): void {
  const { policy } = session;
  if (packet.subscriptionIdentifiers !== undefined) {
    throw new MqttError(
      ReasonCode.PROTOCOL_ERROR,
      'A client sends no subscription identifier in PUBLISH',
      'MQTT-3.3.4-6',
    );
  }
  if (packet.qos > policy.maxQoS) {
    throw new MqttError(ReasonCode.QOS_NOT_SUPPORTED, `QoS is limited to ${policy.maxQoS}`, 'MQTT-3.2.2-11');
  }
  if (packet.retain && !policy.retainAllowed) {
    throw new MqttError(
      ReasonCode.RETAIN_NOT_SUPPORTED,
      'Retained messages are not allowed',
      'MQTT-3.2.2-14',
    );
  }
  if (packet.topic.length > policy.maxTopicLevels && levelsOf(packet.topic).length > policy.maxTopicLevels) {
    throw new MqttError(
      ReasonCode.TOPIC_NAME_INVALID,
      `Topics are limited to ${policy.maxTopicLevels} levels`,
      'section 4.7.3',
    );
  }
  // Payload format indicator 1: the payload is UTF-8 (section 3.3.2.3.2).
  const { forwardedProperties } = packet;
  if (forwardedProperties[0] === 0x01 && forwardedProperties[1] === 1 && !isUtf8(packet.payload)) {
    throw new MqttError(
      ReasonCode.PAYLOAD_FORMAT_INVALID,
      'The payload is not UTF-8 as it says',
      'section 3.3.2.3.2',
    );
  }
}

/** A QoS 2 message whose identifier is not released is the same message again [MQTT-4.3.3-10]. */
function answerRepetition(connection: ConnectedConnection, { packetIdentifier }: PublishPacket): boolean {
  const isStored = connection.session.received.get(packetIdentifier);
  if (isStored === undefined) return false;
  // Otherwise the answer to the first one is on its way, and serves both.
  if (isStored) connection.sendAcknowledgement(PacketType.PUBREC, packetIdentifier);
  return true;
}

function checkWindow(connection: ConnectedConnection, { qos }: PublishPacket): void {
  if (qos === 0) return;
  if (connection.protocolVersion === 5 && connection.unanswered >= connection.receiveMaximum) {
    throw new MqttError(
      ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
      'More publishes unanswered than the receive maximum',
      'MQTT-3.3.4-9',
    );
  }
  connection.publishBegins();
}

function isAuthorized(
  { identity, session }: ConnectedConnection,
  { topic, qos, retain }: PublishPacket,
): boolean {
  // Topics that begin with $ belong to the server (section 4.7.2).
  if (topic.startsWith('$')) return false;
  if (identity.authorize === undefined) return true;
  return covers(identity.authorize('publish', topic, session.clientId), qos, retain);
}

/** 5.0 tells why; 3.1.1 has no way to, and acknowledges [MQTT-3.3.5-2]. */
function refuse(connection: ConnectedConnection, packet: PublishPacket, reasonCode: number): void {
  const { namespace, clientId } = connection.session;
  namespace.counters.drop('not-authorized');
  namespace.ledger.refused(clientId, 'not-authorized', packet);
  if (packet.qos === 0) return;
  answerRefusal(connection, packet, connection.protocolVersion === 5 ? reasonCode : ReasonCode.SUCCESS);
}

/** What 3.1.1 cannot refuse must not be acknowledged either: it is cut off. */
function refuseForRoom(
  connection: ConnectedConnection,
  packet: PublishPacket,
  refusal: PublishRefusal,
): void {
  if (packet.qos === 0) return;
  if (connection.protocolVersion < 5) throw new PublishRefusedError(refusal);
  answerRefusal(connection, packet, ReasonCode.QUOTA_EXCEEDED);
}

function answerRefusal(
  connection: ConnectedConnection,
  { qos, packetIdentifier }: PublishPacket,
  reasonCode: number,
): void {
  const type = qos === 1 ? PacketType.PUBACK : PacketType.PUBREC;
  connection.sendAcknowledgement(type, packetIdentifier, reasonCode);
  connection.publishEnds();
}

function accept(connection: ConnectedConnection, packet: PublishPacket): void {
  const { session } = connection;
  const { namespace } = session;
  const publication = toPublication(connection, packet);
  const wait = namespace.quotas.charge(publication);
  if (wait > 0) connection.rest(wait);
  const accepted = namespace.publish(publication, true, session.clientId);
  if (typeof accepted === 'string') return refuseForRoom(connection, packet, accepted);
  const { message, delivered, filters, congested } = accepted;
  connection.spend(delivered);
  if (congested !== null) connection.waitFor(congested);
  if (connection.engine.journal.isFull) connection.waitForJournal();
  if (packet.qos === 0) return;
  const { packetIdentifier } = packet;
  const isWanted = delivered > 0 || filters > 0 || connection.protocolVersion < 5;
  const reasonCode = isWanted ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS;
  if (packet.qos === 1) {
    message.whenAccepted(() => {
      if (connection.engine.tracer !== null) connection.engine.tracer.answered(message);
      connection.sendAcknowledgement(PacketType.PUBACK, packetIdentifier, reasonCode);
      connection.publishEnds();
    });
    return;
  }
  const { journal } = connection.engine;
  session.received.set(packetIdentifier, false);
  if (session.isDurable) {
    // The identifier must be as durable as the message before PUBREC: it is what makes a repetition known.
    message.wait();
    journal.touch(session);
    journal.afterCommit(() => message.settle());
  }
  message.whenAccepted(() => {
    if (connection.engine.tracer !== null) connection.engine.tracer.answered(message);
    if (session.received.has(packetIdentifier)) session.received.set(packetIdentifier, true);
    connection.sendAcknowledgement(PacketType.PUBREC, packetIdentifier, reasonCode);
    // 3.1.1 has no receive maximum: the window bounds what waits for the store.
    if (connection.protocolVersion < 5) connection.publishEnds();
  });
}

function toPublication({ engine, session }: ConnectedConnection, packet: PublishPacket): Publication {
  const now = engine.now();
  return {
    topic: packet.topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    forwardedProperties: packet.forwardedProperties,
    publishedAt: now,
    expiresAt: expiresAt(packet.messageExpiryInterval, session.policy, now),
    publisherSessionId: session.id,
  };
}
