import {
  type AuthPacket,
  type ConnectPacket,
  MqttError,
  type Packet,
  PacketType,
  ReasonCode,
} from '@restante/mqtt-codec';
import { type Authenticated, Authentication } from '../authentication-exchange.ts';
import type { EnhancedLogin, Login } from '../authentication.ts';
import type { Connection } from '../connection/connection.ts';
import { Pause } from '../connection/intake.ts';
import type { ConnectedConnection } from './handle-packet.ts';

/** Authenticates a CONNECT that names a method (section 4.12): the client sends nothing but AUTH until it is answered. */
export function authenticate(
  connection: Connection,
  packet: ConnectPacket,
  login: Login,
): Promise<Authenticated> {
  const { authenticationMethod = '', authenticationData } = packet.properties;
  const exchange = begin(connection, authenticationMethod, login);
  connection.authentication = new Authentication(connection, authenticationMethod);
  return connection.authentication.run(exchange, copy(authenticationData), () => {
    connection.state = 'authenticating';
    connection.resume(Pause.login);
  });
}

function begin({ engine }: Connection, method: string, login: Login): EnhancedLogin {
  const exchange = engine.authenticator.enhanced(method, login);
  if (exchange !== undefined) return exchange;
  throw new MqttError(
    ReasonCode.BAD_AUTHENTICATION_METHOD,
    'The authentication method is not offered',
    'MQTT-4.12.0-1',
  );
}

/** A packet between a challenge and CONNACK [MQTT-3.1.2-30]. */
export function handleWhileAuthenticating(connection: Connection, packet: Packet): void {
  if (packet.type === PacketType.DISCONNECT) return connection.close();
  if (packet.type !== PacketType.AUTH || packet.reasonCode !== ReasonCode.CONTINUE_AUTHENTICATION) {
    throw new MqttError(ReasonCode.PROTOCOL_ERROR, 'Only AUTH may come before CONNACK', 'MQTT-3.1.2-30');
  }
  const authentication = connection.authentication!;
  authentication.checkMethod(packet);
  connection.state = 'connecting';
  connection.pause(Pause.login);
  authentication.answer(copied(packet));
}

/** A client that is connected authenticates again (section 4.12.1), or goes on with that. Everything else goes on too. */
export function handleAuth(connection: ConnectedConnection, packet: AuthPacket): void {
  const { authentication } = connection;
  if (authentication === null) {
    throw new MqttError(
      ReasonCode.PROTOCOL_ERROR,
      'AUTH on a connection without an authentication method',
      'MQTT-4.12.0-7',
    );
  }
  authentication.checkMethod(packet);
  if (packet.reasonCode === ReasonCode.CONTINUE_AUTHENTICATION) return authentication.answer(copied(packet));
  if (packet.reasonCode !== ReasonCode.RE_AUTHENTICATE) {
    throw new MqttError(
      ReasonCode.PROTOCOL_ERROR,
      'A client does not send AUTH with success',
      'MQTT-3.15.2-1',
    );
  }
  reauthenticate(connection, authentication, packet).catch((error: unknown) => connection.fail(error));
}

async function reauthenticate(
  connection: ConnectedConnection,
  authentication: Authentication,
  packet: AuthPacket,
): Promise<void> {
  const login = {
    username: undefined,
    password: undefined,
    clientIdentifier: connection.session.clientId,
    remoteAddress: connection.remoteAddress,
    serverName: connection.serverName,
    certificates: connection.certificates,
  };
  const exchange = begin(connection, authentication.method, login);
  const data = copy(packet.properties.authenticationData);
  const authenticated = await authentication.run(exchange, data, () => undefined);
  const { tenantId, username } = connection.identity;
  const { identity } = authenticated;
  if (identity.tenantId !== tenantId || identity.username !== username) {
    throw new MqttError(ReasonCode.NOT_AUTHORIZED, 'Another identity than at CONNECT', 'section 4.12.1');
  }
  connection.identify(identity);
  authentication.send(ReasonCode.SUCCESS, authenticated.data);
}

/** What a packet shows lies in the socket's chunk, which is gone before the exchange is over. */
function copy(data: Buffer | undefined): Buffer {
  return Buffer.from(data ?? []);
}

function copied(packet: AuthPacket): AuthPacket {
  const authenticationData = copy(packet.properties.authenticationData);
  return { ...packet, properties: { ...packet.properties, authenticationData } };
}
