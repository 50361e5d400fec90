import { malformedPacket, MqttError, protocolError } from '../errors.ts';
import type { MessageProperties } from '../message-properties.ts';
import { PacketType, type ProtocolVersion, type PublishPacket } from '../packets.ts';
import type { Reader } from '../wire/reader.ts';
import { ReasonCode } from '../reason-codes.ts';

const RETAIN = 0x01;
const DUP = 0x08;

/** Section 3.3; `flags` are the lower four bits of the first byte. */
export function decodePublish(
  reader: Reader,
  flags: number,
  version: ProtocolVersion,
  scratch: MessageProperties,
): PublishPacket {
  const qos = (flags >> 1) & 3;
  if (qos === 3) throw malformedPacket('A PUBLISH has QoS 3', 'MQTT-3.3.1-4');
  const dup = (flags & DUP) !== 0;
  if (dup && qos === 0) throw malformedPacket('A QoS 0 PUBLISH has DUP set', 'MQTT-3.3.1-2');
  const topic = reader.topicName();
  const packetIdentifier = qos === 0 ? 0 : reader.packetIdentifier();
  readProperties(reader, version, scratch);
  if (topic === '' && scratch.topicAlias === 0) throw emptyTopic(version);
  return {
    type: PacketType.PUBLISH,
    dup,
    qos: qos as 0 | 1 | 2,
    retain: (flags & RETAIN) !== 0,
    topic,
    packetIdentifier,
    topicAlias: scratch.topicAlias,
    messageExpiryInterval: scratch.messageExpiryInterval,
    subscriptionIdentifiers: scratch.subscriptionIdentifiers,
    forwardedProperties: scratch.forwarded,
    payload: reader.rest(),
  };
}

function readProperties(reader: Reader, version: ProtocolVersion, scratch: MessageProperties): void {
  if (version < 5) scratch.reset();
  else scratch.read(reader, PacketType.PUBLISH);
}

function emptyTopic(version: ProtocolVersion): MqttError {
  if (version === 5)
    return protocolError('A PUBLISH has neither a topic name nor a topic alias', 'section 3.3.2.1');
  return new MqttError(ReasonCode.TOPIC_NAME_INVALID, 'A PUBLISH has an empty topic name', 'MQTT-4.7.3-1');
}
