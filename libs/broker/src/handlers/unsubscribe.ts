import { PacketType, ReasonCode, type UnsubscribePacket } from '@restante/mqtt-codec';
import type { ConnectedConnection } from './handle-packet.ts';

/** Removes subscriptions (section 3.10). UNSUBACK leaves when that is durable. */
export function handleUnsubscribe(connection: ConnectedConnection, packet: UnsubscribePacket): void {
  const { session, engine } = connection;
  const { packetIdentifier } = packet;
  const reasonCodes = packet.topicFilters.map((topicFilter) =>
    session.namespace.unsubscribe(session, topicFilter)
      ? ReasonCode.SUCCESS
      : ReasonCode.NO_SUBSCRIPTION_EXISTED,
  );
  const answer = () => {
    if (session.connection !== connection) return;
    connection.send({ type: PacketType.UNSUBACK, packetIdentifier, reasonCodes });
  };
  if (session.isDurable) engine.journal.afterCommit(answer);
  else answer();
}
