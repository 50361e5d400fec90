import { malformedPacket, MqttError } from '../errors.ts';
import type { MessageProperties } from '../message-properties.ts';
import {
  type ConnectPacket,
  PacketType,
  type Properties,
  type ProtocolVersion,
  type QoS,
  type WillPacketPart,
} from '../packets.ts';
import { decodeProperties, WILL } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';
import { ReasonCode } from '../reason-codes.ts';
import { requireAuthenticationMethod } from './authentication.ts';

/** Connect flags (section 3.1.2.3). */
const RESERVED = 0x01;
const CLEAN_START = 0x02;
const WILL_FLAG = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

/** What a CONNECT starts with, in whatever version. */
export interface Protocol {
  name: string;
  level: number;
}

export function decodeProtocol(reader: Reader): Protocol {
  return { name: reader.binary().toString('latin1'), level: reader.byte() };
}

/** @throws MqttError 0x84 for anything but MQIsdp 3, MQTT 4 and MQTT 5 [MQTT-3.1.2-1], [MQTT-3.1.2-2] */
export function protocolVersionOf({ name, level }: Protocol): ProtocolVersion {
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    throw unsupported('The protocol name is neither MQTT nor MQIsdp', 'MQTT-3.1.2-1');
  }
  if (name === 'MQIsdp' && level === 3) return 3;
  if (name === 'MQTT' && (level === 4 || level === 5)) return level;
  throw unsupported(`Protocol ${name} has no supported level ${level}`, 'MQTT-3.1.2-2');
}

/** Section 3.1, behind the protocol level. `onProperties` is told them even when what follows is refused. */
export function decodeConnect(
  reader: Reader,
  protocolVersion: ProtocolVersion,
  scratch: MessageProperties,
  onProperties: (properties: Properties) => void,
): ConnectPacket {
  const flags = reader.byte();
  checkFlags(flags, protocolVersion);
  const cleanStart = (flags & CLEAN_START) !== 0;
  const keepAlive = reader.uint16();
  const properties = protocolVersion === 5 ? decodeProperties(reader, PacketType.CONNECT) : {};
  onProperties(properties);
  requireAuthenticationMethod(properties);
  const clientIdentifier = reader.string();
  checkClientIdentifier(clientIdentifier, cleanStart, protocolVersion);
  const will = flags & WILL_FLAG ? decodeWill(reader, flags, protocolVersion, scratch) : undefined;
  return {
    type: PacketType.CONNECT,
    protocolVersion,
    cleanStart,
    keepAlive,
    clientIdentifier,
    will,
    username: flags & USER_NAME ? reader.string() : undefined,
    password: flags & PASSWORD ? reader.binary() : undefined,
    properties,
  };
}

function checkFlags(flags: number, protocolVersion: ProtocolVersion): void {
  if (flags & RESERVED) throw malformedPacket('The reserved connect flag is set', 'MQTT-3.1.2-3');
  if ((flags & WILL_FLAG) === 0) {
    if (flags & WILL_QOS) throw malformedPacket('A will QoS is set without a will', 'MQTT-3.1.2-11');
    if (flags & WILL_RETAIN) throw malformedPacket('Will retain is set without a will', 'MQTT-3.1.2-13');
  }
  if ((flags & WILL_QOS) === WILL_QOS) throw malformedPacket('The will QoS is 3', 'MQTT-3.1.2-12');
  if (protocolVersion < 5 && flags & PASSWORD && (flags & USER_NAME) === 0) {
    throw malformedPacket('A password is set without a user name', 'v3 MQTT-3.1.2-22');
  }
}

/** MQTT 5.0 lets every client leave the choice to the server, 3.1.1 only with a clean session, 3.1 none. */
function checkClientIdentifier(
  identifier: string,
  cleanStart: boolean,
  protocolVersion: ProtocolVersion,
): void {
  if (identifier !== '' || protocolVersion === 5 || (protocolVersion === 4 && cleanStart)) return;
  throw new MqttError(
    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
    'The client identifier is empty without a clean session',
    'v3 MQTT-3.1.3-8',
  );
}

function decodeWill(
  reader: Reader,
  flags: number,
  protocolVersion: ProtocolVersion,
  scratch: MessageProperties,
): WillPacketPart {
  if (protocolVersion === 5) scratch.read(reader, WILL);
  else scratch.reset();
  const topic = reader.topicName();
  if (topic === '')
    throw new MqttError(ReasonCode.TOPIC_NAME_INVALID, 'The will topic is empty', 'MQTT-4.7.3-1');
  return {
    topic,
    payload: reader.binary(),
    qos: ((flags & WILL_QOS) >> 3) as QoS,
    retain: (flags & WILL_RETAIN) !== 0,
    delayInterval: scratch.willDelayInterval,
    messageExpiryInterval: scratch.messageExpiryInterval,
    forwardedProperties: scratch.forwarded,
  };
}

function unsupported(message: string, clause: string): MqttError {
  return new MqttError(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, message, clause);
}
