import mqttPacket from 'mqtt-packet';
import {
  decodeForwardedProperties,
  type Packet,
  PacketType,
  type Properties,
  type ProtocolVersion,
} from '../src/index.ts';

/** A packet as the library `mqtt-packet` has it. */
export type OraclePacket = Record<string, unknown>;

const commands = Object.fromEntries(
  Object.entries(PacketType).map(([name, type]) => [type, name.toLowerCase()]),
);

/** The one packet that `mqtt-packet` reads in `bytes`, without the fields of a PUBLISH that it leaves in every packet. */
export function parseByOracle(bytes: Buffer, version: ProtocolVersion): OraclePacket {
  const packets: OraclePacket[] = [];
  const parser = mqttPacket.parser({ protocolVersion: version });
  parser.on('packet', (packet) => packets.push(packet as unknown as OraclePacket));
  parser.on('error', (error: Error) => {
    throw error;
  });
  parser.parse(bytes);
  if (packets.length !== 1) throw new Error(`${packets.length} packets instead of one`);
  const { length: _length, ...publish } = packets[0];
  if (publish.cmd === 'publish') return publish;
  const { retain: _retain, qos: _qos, dup: _dup, topic: _topic, payload: _payload, ...other } = publish;
  return other;
}

/** What `mqtt-packet` writes for `packet`. */
export function generateByOracle(packet: OraclePacket, version: ProtocolVersion): Buffer {
  return mqttPacket.generate(packet as never, { protocolVersion: version });
}

/** `packet` in the words of `mqtt-packet`. */
export function inOracleWords(packet: Packet, version: ProtocolVersion): OraclePacket {
  const cmd = commands[packet.type];
  switch (packet.type) {
    case PacketType.CONNECT:
      return withoutUndefined({
        cmd,
        protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
        protocolVersion: version,
        clean: packet.cleanStart,
        keepalive: packet.keepAlive,
        clientId: packet.clientIdentifier,
        username: packet.username,
        password: packet.password,
        will: packet.will && willOf(packet.will),
        properties: propertiesOf(packet.properties),
      });
    case PacketType.PUBLISH:
      return withoutUndefined({
        cmd,
        dup: packet.dup,
        qos: packet.qos,
        retain: packet.retain,
        topic: packet.topic,
        messageId: packet.qos > 0 ? packet.packetIdentifier : undefined,
        payload: packet.payload,
        properties: propertiesOf({
          topicAlias: packet.topicAlias || undefined,
          messageExpiryInterval: packet.messageExpiryInterval,
          subscriptionIdentifiers: packet.subscriptionIdentifiers as number[] | undefined,
          ...decodeForwardedProperties(packet.forwardedProperties),
        }),
      });
    case PacketType.SUBSCRIBE:
      return withoutUndefined({
        cmd,
        messageId: packet.packetIdentifier,
        subscriptions: packet.subscriptions.map(({ topicFilter, qos, ...options }) => ({
          topic: topicFilter,
          qos,
          ...(version === 5 && {
            nl: options.noLocal,
            rap: options.retainAsPublished,
            rh: options.retainHandling,
          }),
        })),
        properties: propertiesOf(packet.properties),
      });
    default:
      return withoutUndefined({ cmd, ...answerOf(packet, version) });
  }
}

function answerOf(packet: Packet, version: ProtocolVersion): OraclePacket {
  const isFive = version === 5;
  switch (packet.type) {
    case PacketType.CONNACK:
      return {
        sessionPresent: packet.sessionPresent,
        [isFive ? 'reasonCode' : 'returnCode']: packet.reasonCode,
        properties: propertiesOf(packet.properties),
      };
    case PacketType.SUBACK:
    case PacketType.UNSUBACK:
      return {
        messageId: packet.packetIdentifier,
        granted: isFive || packet.type === PacketType.SUBACK ? packet.reasonCodes : undefined,
        properties: propertiesOf(packet.properties),
      };
    case PacketType.UNSUBSCRIBE:
      return {
        messageId: packet.packetIdentifier,
        unsubscriptions: packet.topicFilters,
        properties: propertiesOf(packet.properties),
      };
    case PacketType.PUBACK:
    case PacketType.PUBREC:
    case PacketType.PUBREL:
    case PacketType.PUBCOMP:
      return {
        messageId: packet.packetIdentifier,
        reasonCode: isFive ? packet.reasonCode : undefined,
        properties: propertiesOf(packet.properties),
      };
    case PacketType.DISCONNECT:
    case PacketType.AUTH:
      return {
        reasonCode: isFive ? packet.reasonCode : undefined,
        properties: propertiesOf(packet.properties),
      };
    default:
      return {};
  }
}

function willOf(
  will: NonNullable<Extract<Packet, { type: typeof PacketType.CONNECT }>['will']>,
): OraclePacket {
  return withoutUndefined({
    topic: will.topic,
    payload: will.payload,
    qos: will.qos,
    retain: will.retain,
    properties: propertiesOf({
      willDelayInterval: will.delayInterval || undefined,
      messageExpiryInterval: will.messageExpiryInterval,
      ...decodeForwardedProperties(will.forwardedProperties),
    }),
  });
}

/** undefined when there are none, as `mqtt-packet` leaves them out. */
function propertiesOf(properties: Properties | undefined): OraclePacket | undefined {
  const { userProperties, subscriptionIdentifiers, payloadFormatIndicator, ...others } = properties ?? {};
  const renamed = withoutUndefined({
    ...others,
    userProperties: userProperties && Object.fromEntries(userProperties),
    subscriptionIdentifier:
      subscriptionIdentifiers?.length === 1 ? subscriptionIdentifiers[0] : subscriptionIdentifiers,
    payloadFormatIndicator: payloadFormatIndicator === undefined ? undefined : payloadFormatIndicator === 1,
  });
  return Object.keys(renamed).length === 0 ? undefined : renamed;
}

function withoutUndefined(record: OraclePacket): OraclePacket {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
