import { type AcknowledgementPacket, PacketType, ReasonCode } from '@restante/mqtt-codec';
import { settleInflight } from '../sessions/settling.ts';
import type { Tracer } from '../ports.ts';
import { drop } from '../sessions/drops.ts';
import type { InflightMessage } from '../sessions/inflight.ts';
import type { Session } from '../sessions/session.ts';
import type { ConnectedConnection } from './handle-packet.ts';

/** The client has a QoS 1 message (section 4.3.2). One that is not in flight is of no effect. */
export function handlePuback({ session, engine }: ConnectedConnection, packet: AcknowledgementPacket): void {
  const inflight = session.inflight.get(packet.packetIdentifier);
  if (inflight?.state !== 'publish-qos1') return;
  if (engine.tracer !== null) tellTracer(engine.tracer, session, inflight);
  if (packet.reasonCode >= 0x80) drop(session, 'rejected-by-client', inflight.message, inflight.positions);
  settleInflight(session, inflight);
  session.inflight.delete(packet.packetIdentifier);
  engine.journal.touchLater(session);
  engine.turn.wake(session);
}

/** The client has a QoS 2 message, or refuses it (section 4.3.3). */
export function handlePubrec(connection: ConnectedConnection, packet: AcknowledgementPacket): void {
  const { session, engine } = connection;
  const { journal, turn } = engine;
  const { packetIdentifier } = packet;
  const inflight = session.inflight.get(packetIdentifier);
  if (inflight === undefined || inflight.state === 'publish-qos1') {
    if (packet.reasonCode < 0x80) answerUnknown(connection, PacketType.PUBREL, packetIdentifier);
    return;
  }
  if (packet.reasonCode >= 0x80) {
    if (inflight.state === 'publish-qos2')
      drop(session, 'rejected-by-client', inflight.message, inflight.positions);
    settleInflight(session, inflight);
    session.inflight.delete(packetIdentifier);
    journal.touchLater(session);
    turn.wake(session);
    return;
  }
  if (inflight.state === 'publish-qos2') {
    if (engine.tracer !== null) tellTracer(engine.tracer, session, inflight);
    inflight.state = 'pubrel';
    settleInflight(session, inflight);
    journal.touch(session);
  }
  // PUBREL makes the client forget the identifier: if we could forget that we sent it, the message would come twice.
  const send = () => {
    if (session.connection === connection) connection.sendPubrel(packetIdentifier);
  };
  if (session.isDurable) journal.afterCommit(send);
  else send();
}

/** The publisher releases a QoS 2 packet identifier. */
export function handlePubrel(
  connection: ConnectedConnection,
  { packetIdentifier }: AcknowledgementPacket,
): void {
  const { session, engine } = connection;
  if (!session.received.delete(packetIdentifier)) {
    answerUnknown(connection, PacketType.PUBCOMP, packetIdentifier);
    return;
  }
  const complete = () => {
    connection.sendAcknowledgement(PacketType.PUBCOMP, packetIdentifier);
    if (connection.protocolVersion === 5 && connection.unanswered > 0) connection.publishEnds();
  };
  if (!session.isDurable) return complete();
  // After PUBCOMP the client may use the identifier for a new message: it must not be taken for this one then.
  engine.journal.touch(session);
  engine.journal.afterCommit(complete);
}

/** The client has released the identifier of a QoS 2 message: the exchange is over. */
export function handlePubcomp({ session, engine }: ConnectedConnection, packet: AcknowledgementPacket): void {
  const inflight = session.inflight.get(packet.packetIdentifier);
  if (inflight?.state !== 'pubrel') return;
  session.inflight.delete(packet.packetIdentifier);
  engine.journal.touchLater(session);
  engine.turn.wake(session);
}

function tellTracer(tracer: Tracer, { clientId }: Session, { message }: InflightMessage): void {
  if (message !== null) tracer.acknowledged(message, clientId);
}

/**
 * Section 3.6.2.1 and 3.7.2.1: the exchange goes on, so that the other side can end it. After a resumption an unknown
 * identifier is no error: the exchange was completed, and the answer lost. Saying 0x92 then makes clients (MQTT.js)
 * report a failure for a message that was published.
 */
function answerUnknown(
  connection: ConnectedConnection,
  type: typeof PacketType.PUBREL | typeof PacketType.PUBCOMP,
  packetIdentifier: number,
): void {
  const isError = connection.protocolVersion === 5 && !connection.hasResumed;
  const reasonCode = isError ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
  connection.sendAcknowledgement(type, packetIdentifier, reasonCode);
}
