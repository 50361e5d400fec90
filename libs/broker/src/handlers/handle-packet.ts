import { MqttError, type Packet, PacketType, ReasonCode } from '@restante/mqtt-codec';
import type { Connection } from '../connection/connection.ts';
import type { Session } from '../sessions/session.ts';
import { handleAuth, handleWhileAuthenticating } from './auth.ts';
import { handleConnect } from './connect.ts';
import { handleDisconnect } from './disconnect.ts';
import { handlePuback, handlePubcomp, handlePubrec, handlePubrel } from './acknowledgements.ts';
import { handlePublish } from './publish.ts';
import { handleSubscribe } from './subscribe.ts';
import { handleUnsubscribe } from './unsubscribe.ts';

/** A connection whose CONNECT was accepted. */
export type ConnectedConnection = Connection & {
  session: Session;
  identity: NonNullable<Connection['identity']>;
};

/**
 * Gives a packet to its handler, when the connection's state allows it.
 *
 * @throws MqttError on a violation: the connection is closed with its reason code
 */
export function handlePacket(connection: Connection, packet: Packet): void {
  if (packet.type === PacketType.CONNECT) {
    if (connection.state !== 'awaiting-connect') {
      throw new MqttError(
        ReasonCode.PROTOCOL_ERROR,
        'A second CONNECT on the same connection',
        'MQTT-3.1.0-2',
      );
    }
    handleConnect(connection, packet);
    return;
  }
  if (connection.state === 'authenticating') return handleWhileAuthenticating(connection, packet);
  if (!isConnected(connection)) {
    throw new MqttError(ReasonCode.PROTOCOL_ERROR, 'The first packet must be CONNECT', 'MQTT-3.1.0-1');
  }
  switch (packet.type) {
    case PacketType.PUBLISH:
      return handlePublish(connection, packet);
    case PacketType.PUBACK:
      return handlePuback(connection, packet);
    case PacketType.PUBREC:
      return handlePubrec(connection, packet);
    case PacketType.PUBREL:
      return handlePubrel(connection, packet);
    case PacketType.PUBCOMP:
      return handlePubcomp(connection, packet);
    case PacketType.SUBSCRIBE:
      return handleSubscribe(connection, packet);
    case PacketType.UNSUBSCRIBE:
      return handleUnsubscribe(connection, packet);
    case PacketType.PINGREQ:
      connection.send({ type: PacketType.PINGRESP });
      return;
    case PacketType.DISCONNECT:
      return handleDisconnect(connection, packet);
    case PacketType.AUTH:
      return handleAuth(connection, packet);
    default:
      throw new MqttError(ReasonCode.PROTOCOL_ERROR, 'A packet that only a server sends', 'section 4.13');
  }
}

function isConnected(connection: Connection): connection is ConnectedConnection {
  return connection.state === 'connected';
}
