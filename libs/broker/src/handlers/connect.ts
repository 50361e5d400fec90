import {
  type ConnectPacket,
  MqttError,
  PacketType,
  type Properties,
  ReasonCode,
  validateTopicName,
} from '@restante/mqtt-codec';
import type { Authenticated } from '../authentication-exchange.ts';
import { covers, type Identity } from '../authentication.ts';
import type { Connection } from '../connection/connection.ts';
import { prepareResend, pump } from '../delivery.ts';
import { StoreUnavailableError } from '../errors.ts';
import { rescueAll } from '../dead-letters/rescue.ts';
import { keepNewest } from '../logs/keep-last.ts';
import { MAX_CLIENT_IDENTIFIER_BYTES, MAX_MESSAGES_A_TURN, MAX_OUTGOING_ALIASES } from '../limits.ts';
import type { Namespace } from '../namespace.ts';
import type { Quota } from '../quotas/quotas.ts';
import { OutgoingAliases } from '../connection/outgoing-aliases.ts';
import { logFieldsOf } from '../connection/log-fields.ts';
import { Pause } from '../connection/intake.ts';
import type { Policy } from '../policy.ts';
import { returnCodeOf } from '../connection/return-codes.ts';
import type { Session } from '../sessions/session.ts';
import { detachSession, expireSession, replaceSession } from '../sessions/session-end.ts';
import { willOf } from '../sessions/will.ts';
import { authenticate } from './auth.ts';

const NO_DATA = Buffer.alloc(0);

/** Begins a connection: who is it, which session, and only then CONNACK. Nothing else is read meanwhile. */
export function handleConnect(connection: Connection, packet: ConnectPacket): void {
  connection.state = 'connecting';
  connection.protocolVersion = packet.protocolVersion;
  connection.pause(Pause.login);
  connect(connection, packet).then(
    () => connection.resume(Pause.login),
    (error: unknown) => refuse(connection, error),
  );
}

async function connect(connection: Connection, packet: ConnectPacket): Promise<void> {
  validate(packet);
  negotiate(connection, packet);
  const { identity, data } = await login(connection, packet);
  if (isClosed(connection)) return;
  checkWill(packet, identity);
  connection.identify(identity);
  applyPolicy(connection, packet, identity.policy);
  const namespace = connection.engine.namespace(identity.tenantId);
  const clientId = packet.clientIdentifier === '' ? crypto.randomUUID() : packet.clientIdentifier;
  await namespace.exclusively(clientId, () => openSession(connection, packet, namespace, clientId, data));
}

/** The state may have changed while something was awaited. */
function isClosed(connection: Connection): boolean {
  return connection.state === 'closed';
}

function validate(packet: ConnectPacket): void {
  if (packet.will !== undefined) validateTopicName(packet.will.topic);
  if (Buffer.byteLength(packet.clientIdentifier) > MAX_CLIENT_IDENTIFIER_BYTES) {
    throw new MqttError(
      ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
      `Client identifiers are limited to ${MAX_CLIENT_IDENTIFIER_BYTES} bytes`,
      'MQTT-3.1.3-8',
    );
  }
}

function negotiate(connection: Connection, { properties }: ConnectPacket): void {
  connection.maximumPacketSize = properties.maximumPacketSize ?? connection.maximumPacketSize;
  connection.wantsProblemInformation = properties.requestProblemInformation ?? true;
  const aliases = Math.min(properties.topicAliasMaximum ?? 0, MAX_OUTGOING_ALIASES);
  if (aliases > 0) connection.outgoingAliases = new OutgoingAliases(aliases);
}

async function login(connection: Connection, packet: ConnectPacket): Promise<Authenticated> {
  const { username, password, clientIdentifier } = packet;
  const { remoteAddress, serverName, certificates } = connection;
  const login = { username, password, clientIdentifier, remoteAddress, serverName, certificates };
  if (packet.properties.authenticationMethod !== undefined) return authenticate(connection, packet, login);
  const result = await connection.engine.authenticator.authenticate(login);
  if (!result.accepted) throw new MqttError(result.reasonCode, result.reason, 'section 3.1.4');
  return { identity: result.identity, data: NO_DATA };
}

function checkWill({ will, clientIdentifier }: ConnectPacket, { policy, authorize }: Identity): void {
  if (will === undefined) return;
  if (will.qos > policy.maxQoS) {
    throw new MqttError(
      ReasonCode.QOS_NOT_SUPPORTED,
      'The will has a higher QoS than allowed',
      'MQTT-3.2.2-12',
    );
  }
  if (will.retain && !policy.retainAllowed) {
    throw new MqttError(
      ReasonCode.RETAIN_NOT_SUPPORTED,
      'Retained messages are not allowed',
      'MQTT-3.2.2-13',
    );
  }
  const permit = authorize?.('publish', will.topic, clientIdentifier);
  const isPermitted = permit === undefined || covers(permit, will.qos, will.retain);
  if (will.topic.startsWith('$') || !isPermitted) {
    throw new MqttError(
      ReasonCode.NOT_AUTHORIZED,
      'The will may not be published to its topic',
      'section 3.1.3.3',
    );
  }
}

function applyPolicy(connection: Connection, packet: ConnectPacket, policy: Policy): void {
  connection.limitPackets(policy.maxPacketBytes);
  connection.receiveMaximum = policy.receiveMaximum;
  connection.sendWindow = Math.min(packet.properties.receiveMaximum ?? 65_535, policy.maxInflight);
  connection.keepAliveSeconds = cappedKeepAlive(packet.keepAlive, policy);
}

function cappedKeepAlive(keepAlive: number, { maxKeepAliveSeconds }: Policy): number {
  if (maxKeepAliveSeconds === 0) return keepAlive;
  return keepAlive === 0 ? maxKeepAliveSeconds : Math.min(keepAlive, maxKeepAliveSeconds);
}

/** Resumes or begins the session, makes that durable, and answers. One CONNECT of a client identifier at a time. */
async function openSession(
  connection: Connection,
  packet: ConnectPacket,
  namespace: Namespace,
  clientId: string,
  authenticationData: Buffer,
): Promise<void> {
  const { engine } = connection;
  const { policy } = connection.identity!;
  const { fault } = engine.journal;
  // Also for a session that is still in memory: that its client is back could not be made durable.
  if (fault !== null) throw new StoreUnavailableError(fault.message);
  const present = await namespace.find(clientId, policy);
  if (isClosed(connection)) return;

  const arrival = {
    isNew: present === undefined,
    takesOver: present !== undefined && present.connection !== null,
  };
  const exceeded = namespace.quotas.exceededByConnect(arrival, engine.now());
  if (exceeded !== null) throw quotaReached(exceeded);
  takeOver(present, connection);
  if (present?.hasExpired(engine.now()) && policy.deadLetters) {
    present.policy = policy;
    while (!(await rescueAll(present)));
    if (isClosed(connection)) return;
  }
  const isResumed =
    present !== undefined && !present.isEnded && !packet.cleanStart && !present.hasExpired(engine.now());
  // Expired, or ended by a clean start [MQTT-3.1.2-4].
  if (present !== undefined && !isResumed) {
    if (present.hasExpired(engine.now())) await expireSession(present);
    else await replaceSession(present);
  }
  if (isClosed(connection)) return;
  const session = isResumed ? present : namespace.createSession(clientId, policy);
  beginConnection(connection, session, packet, isResumed);
  namespace.keepInMemory(session);

  if (session.isRecorded) {
    engine.journal.putSession(session);
    engine.journal.touch(session);
  }
  // The end of a replaced session must be durable too, or a crash would bring it back.
  if (session.isRecorded || namespace.isEnding(clientId)) await engine.journal.committed();
  // Gone meanwhile: the session was left as after any connection that broke.
  if (session.connection !== connection) return;
  const properties = connackProperties(connection, session, packet, authenticationData);
  await answer(connection, session, isResumed, properties);
}

function quotaReached(quota: Quota): MqttError {
  return quota === 'connectsPerSecond'
    ? new MqttError(
        ReasonCode.CONNECTION_RATE_EXCEEDED,
        'The tenant’s clients connect too often',
        'section 3.2.2.2',
      )
    : new MqttError(
        ReasonCode.QUOTA_EXCEEDED,
        `The tenant’s quota of ${quota} is reached`,
        'section 3.2.2.2',
      );
}

/** The newest connection wins [MQTT-3.1.4-3]. */
function takeOver(present: Session | undefined, by: Connection): void {
  const connection = present?.connection ?? null;
  if (connection === null) return;
  connection.endedBy = by.remoteAddress;
  connection.disconnect(ReasonCode.SESSION_TAKEN_OVER, 'Another connection took the session over');
}

function beginConnection(
  connection: Connection,
  session: Session,
  packet: ConnectPacket,
  isResumed: boolean,
): void {
  const { policy, username } = connection.identity!;
  session.connection = connection;
  session.namespace.connectionCount++;
  session.namespace.counters.connects++;
  connection.session = session;
  session.policy = policy;
  session.epoch++;
  session.username = username;
  session.protocolVersion = packet.protocolVersion;
  session.cleanStart = packet.cleanStart;
  session.keepAliveSeconds = connection.keepAliveSeconds;
  session.connectedAt = connection.engine.now();
  session.disconnectedAt = null;
  session.expirySeconds = expirySecondsFor(packet, policy);
  session.will = packet.will === undefined ? null : willOf(packet.will, session, policy);
  session.willAt = null;
  session.isDurable = isResumed || session.expirySeconds > 0;
  session.isRecorded = session.isDurable || session.will !== null;
  connection.holds = 1;
  connection.hasResumed = isResumed;
  session.resending = [];
  session.feeds = [];
}

/** 5.0: what the client asks for, up to the cap; 3.1.1 with clean session = 0: the policy's default. */
function expirySecondsFor(packet: ConnectPacket, policy: Policy): number {
  if (packet.protocolVersion === 5) {
    return Math.min(packet.properties.sessionExpiryInterval ?? 0, policy.maxSessionExpirySeconds);
  }
  return packet.cleanStart ? 0 : policy.sessionExpirySeconds;
}

async function answer(
  connection: Connection,
  session: Session,
  isResumed: boolean,
  properties: Properties,
): Promise<void> {
  const { engine } = connection;
  session.namespace.bringOnline(session);
  connection.state = 'connected';
  const isSent = connection.send({
    type: PacketType.CONNACK,
    sessionPresent: isResumed,
    reasonCode: ReasonCode.SUCCESS,
    properties: connection.protocolVersion === 5 ? properties : undefined,
  });
  if (!isSent) {
    // What the client must know of this server does not fit into what it takes.
    connection.sendConnack(ReasonCode.PACKET_TOO_LARGE);
    connection.close();
    return;
  }
  connection.isConfirmed = true;
  engine.log.debug(logFieldsOf(connection), 'A client is connected');
  engine.connections.add(connection.kind, connection.protocolVersion, 1);
  session.namespace.watch?.connected(connection, session, isResumed);
  if (session.inflight.size > 0) await prepareResend(session, connection);
  if (isResumed && session.policy.keepLastPerTopic) await keepNewest(session);
  connection.holds--;
  if (pump(session, engine.now(), MAX_MESSAGES_A_TURN)) engine.turn.wake(session);
  for (const group of session.groups) group.wake();
}

/** Tells what differs from what the client asked for or would assume (section 3.2.2.3). */
function connackProperties(
  connection: Connection,
  session: Session,
  packet: ConnectPacket,
  authenticationData: Buffer,
): Properties {
  const { policy } = session;
  const properties: Properties = {};
  if (connection.authentication !== null) {
    properties.authenticationMethod = connection.authentication.method;
    properties.authenticationData = authenticationData;
  }
  if (packet.properties.requestResponseInformation) {
    const information = responseInformation(connection, session);
    if (information !== undefined) properties.responseInformation = information;
  }
  if (packet.clientIdentifier === '') properties.assignedClientIdentifier = session.clientId;
  if (session.expirySeconds !== (packet.properties.sessionExpiryInterval ?? 0)) {
    properties.sessionExpiryInterval = session.expirySeconds;
  }
  if (connection.keepAliveSeconds !== packet.keepAlive)
    properties.serverKeepAlive = connection.keepAliveSeconds;
  if (policy.receiveMaximum < 65_535) properties.receiveMaximum = policy.receiveMaximum;
  if (policy.maxQoS < 2) properties.maximumQoS = policy.maxQoS as 0 | 1;
  if (!policy.retainAllowed) properties.retainAvailable = false;
  if (policy.topicAliasMaximum > 0) properties.topicAliasMaximum = policy.topicAliasMaximum;
  properties.maximumPacketSize = policy.maxPacketBytes;
  return properties;
}

/** A part of the topic tree for this client's response topics (section 3.2.2.3.14), when its rules let it subscribe there. */
function responseInformation({ identity }: Connection, { clientId }: Session): string | undefined {
  if (/[+#/]/.test(clientId)) return undefined;
  const topic = `responses/${clientId}`;
  return identity!.authorize?.('subscribe', `${topic}/#`, clientId) === null ? undefined : topic;
}

/** CONNACK with the reason, in the form of the client's version, then the connection is closed [MQTT-3.2.2-7]. */
function refuse(connection: Connection, error: unknown): void {
  if (connection.state === 'closed') return;
  const { engine } = connection;
  const { reasonCode, message } = toRefusal(connection, error);
  if (connection.state === 'connected') {
    connection.disconnect(reasonCode, message);
    return;
  }
  if (connection.protocolVersion === 5) connection.sendConnack(reasonCode, { reasonString: message });
  else connection.sendConnack(returnCodeOf(reasonCode));
  if (connection.session?.connection === connection) detachSession(connection.session, engine.now());
  connection.close();
}

function toRefusal(connection: Connection, error: unknown): { reasonCode: number; message: string } {
  const { log } = connection.engine;
  const fields = logFieldsOf(connection);
  if (error instanceof MqttError) {
    log.info({ ...fields, reasonCode: error.reasonCode, clause: error.clause }, error.message);
    return error;
  }
  if (error instanceof StoreUnavailableError) {
    log.warn({ ...fields, error: error.message }, 'A client was refused: the database is away');
    return { reasonCode: ReasonCode.SERVER_UNAVAILABLE, message: 'The database is away, try again' };
  }
  log.error({ ...fields, error: (error as Error).stack }, 'A CONNECT could not be handled');
  return { reasonCode: ReasonCode.UNSPECIFIED_ERROR, message: 'The server failed to handle CONNECT' };
}
