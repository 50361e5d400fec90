import { type DisconnectPacket, MqttError, ReasonCode } from '@restante/mqtt-codec';
import type { ConnectedConnection } from './handle-packet.ts';

/** The client leaves (section 3.14): its will is not published when it leaves normally [MQTT-3.14.4-3]. */
export function handleDisconnect(connection: ConnectedConnection, packet: DisconnectPacket): void {
  const { session } = connection;
  const asked = packet.properties?.sessionExpiryInterval;
  if (asked !== undefined) {
    if (session.expirySeconds === 0 && asked > 0) {
      throw new MqttError(
        ReasonCode.PROTOCOL_ERROR,
        'A session expiry interval of 0 cannot be raised',
        'section 3.14.2.2.2',
      );
    }
    session.expirySeconds = Math.min(asked, session.policy.maxSessionExpirySeconds);
  }
  if (packet.reasonCode === ReasonCode.SUCCESS) session.will = null;
  connection.end = { by: 'client', reasonCode: packet.reasonCode, reason: 'The client disconnected' };
  connection.close();
}
