import { PacketType, type ProtocolVersion, type PublishPacket } from '../packets.ts';
import {
  MAXIMUM_VARIABLE_BYTE_INTEGER,
  variableByteIntegerLength,
  writeVariableByteInteger,
} from '../wire/variable-byte-integer.ts';

const MAXIMUM_TOPIC_BYTES = 65_535;
/** Up to here a loop in JavaScript is quicker than crossing into native code. */
const SHORT_TOPIC = 64;

/** A PUBLISH to be sent; the topic name must be valid. In 3.1.1 only topic and payload are written. */
export type OutgoingPublish = Omit<PublishPacket, 'type'>;

/**
 * Bytes that {@link writePublish} takes for `packet`, fixed header included.
 *
 * @throws RangeError when the topic is longer than 65,535 bytes or the packet than 268,435,455
 */
export function publishLength(packet: OutgoingPublish, version: ProtocolVersion): number {
  const remaining = remainingLength(
    packet,
    topicLength(packet.topic),
    propertyLength(packet, version),
    version,
  );
  return 1 + variableByteIntegerLength(remaining) + remaining;
}

/**
 * Writes `packet` into `target`, which must have {@link publishLength} bytes of room at `offset`.
 *
 * @returns the offset behind it
 * @throws RangeError as {@link publishLength}
 */
export function writePublish(
  target: Buffer,
  offset: number,
  packet: OutgoingPublish,
  version: ProtocolVersion,
): number {
  const { qos, topic, packetIdentifier, payload } = packet;
  const topicBytes = topicLength(topic);
  const propertyBytes = propertyLength(packet, version);
  let at = offset;
  target[at++] =
    (PacketType.PUBLISH << 4) | (packet.dup ? 0x08 : 0) | (qos << 1) | (packet.retain ? 0x01 : 0);
  at = writeVariableByteInteger(target, at, remainingLength(packet, topicBytes, propertyBytes, version));
  at = writeUint16(target, at, topicBytes);
  at = writeTopic(target, at, topic, topicBytes);
  if (qos > 0) at = writeUint16(target, at, packetIdentifier);
  if (version === 5) {
    at = writeVariableByteInteger(target, at, propertyBytes);
    if (propertyBytes > 0) at = writeProperties(target, at, packet);
  }
  target.set(payload, at);
  return at + payload.length;
}

function remainingLength(
  packet: OutgoingPublish,
  topicBytes: number,
  propertyBytes: number,
  version: ProtocolVersion,
): number {
  const properties = version === 5 ? variableByteIntegerLength(propertyBytes) + propertyBytes : 0;
  const length = 2 + topicBytes + (packet.qos > 0 ? 2 : 0) + properties + packet.payload.length;
  if (length > MAXIMUM_VARIABLE_BYTE_INTEGER)
    throw new RangeError('A packet is longer than 268,435,455 bytes');
  return length;
}

/** Bytes of the properties without the length in front; 0 in 3.1.1. */
function propertyLength(packet: OutgoingPublish, version: ProtocolVersion): number {
  if (version < 5) return 0;
  let length = packet.forwardedProperties.length;
  if (packet.topicAlias !== 0) length += 3;
  if (packet.messageExpiryInterval !== undefined) length += 5;
  if (packet.subscriptionIdentifiers !== undefined) {
    for (const identifier of packet.subscriptionIdentifiers)
      length += 1 + variableByteIntegerLength(identifier);
  }
  return length;
}

function writeProperties(target: Buffer, offset: number, packet: OutgoingPublish): number {
  let at = offset;
  if (packet.topicAlias !== 0) {
    target[at++] = 0x23;
    at = writeUint16(target, at, packet.topicAlias);
  }
  if (packet.messageExpiryInterval !== undefined) {
    target[at++] = 0x02;
    at = target.writeUInt32BE(packet.messageExpiryInterval, at);
  }
  if (packet.subscriptionIdentifiers !== undefined) {
    for (const identifier of packet.subscriptionIdentifiers) {
      target[at++] = 0x0b;
      at = writeVariableByteInteger(target, at, identifier);
    }
  }
  target.set(packet.forwardedProperties, at);
  return at + packet.forwardedProperties.length;
}

/** Bytes of `topic` in UTF-8. */
function topicLength(topic: string): number {
  const { length } = topic;
  if (length <= SHORT_TOPIC) {
    let i = 0;
    while (i < length && topic.charCodeAt(i) < 0x80) i++;
    if (i === length) return length;
  }
  const bytes = Buffer.byteLength(topic);
  if (bytes > MAXIMUM_TOPIC_BYTES) throw new RangeError(`A topic takes ${bytes} bytes (at most 65,535)`);
  return bytes;
}

function writeTopic(target: Buffer, offset: number, topic: string, bytes: number): number {
  if (bytes !== topic.length || bytes > SHORT_TOPIC)
    return offset + target.write(topic, offset, bytes, 'utf8');
  for (let i = 0; i < bytes; i++) target[offset + i] = topic.charCodeAt(i);
  return offset + bytes;
}

function writeUint16(target: Buffer, offset: number, value: number): number {
  target[offset] = value >>> 8;
  target[offset + 1] = value & 0xff;
  return offset + 2;
}
