import { type DisconnectPacket, MqttError, ReasonCode } from '@restante/mqtt-codec';
import { type ConnectedConnection } from './handle-packet.ts';

/** The client leaves (section 3.14): its will is not published, unless it asks for that. */
export function handleDisconnect(connection: ConnectedConnection, packet: DisconnectPacket): void {
  const { session } = connection;
  const asked = packet.properties?.sessionExpiryInterval;
  if (asked !== undefined) {
    if (session.expirySeconds === 0 && asked > 0) {
      throw new MqttError(
        ReasonCode.PROTOCOL_ERROR,
        'A session expiry interval of 0 cannot be raised',
        'MQTT-3.14.2-2',
      );
    }
    session.expirySeconds = Math.min(asked, session.policy.maxSessionExpirySeconds);
  }
  if (packet.reasonCode !== ReasonCode.DISCONNECT_WITH_WILL_MESSAGE) session.will = null;
  connection.close();
}
