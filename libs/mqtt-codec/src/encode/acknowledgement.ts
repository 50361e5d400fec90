import { checkSentReasonCode } from '../allowed-reason-codes.ts';
import { type AcknowledgementPacket, PacketType, type ProtocolVersion } from '../packets.ts';
import { encodeProperties } from '../properties.ts';
import { Writer } from '../wire/writer.ts';

/** Bytes that {@link writeAcknowledgement} takes at most. */
export const MAXIMUM_ACKNOWLEDGEMENT_LENGTH = 5;

/**
 * Writes PUBACK, PUBREC, PUBREL or PUBCOMP without properties in the shortest form: 4 bytes, in 5.0 with a reason code
 * other than success 5. 3.1.1 has no reason code: it is left out.
 *
 * @returns the offset behind it
 */
export function writeAcknowledgement(
  target: Buffer,
  offset: number,
  type: AcknowledgementPacket['type'],
  packetIdentifier: number,
  reasonCode: number,
  version: ProtocolVersion,
): number {
  const hasReasonCode = reasonCode !== 0 && version === 5;
  target[offset] = firstByte(type);
  target[offset + 1] = hasReasonCode ? 3 : 2;
  target[offset + 2] = packetIdentifier >>> 8;
  target[offset + 3] = packetIdentifier & 0xff;
  if (!hasReasonCode) return offset + 4;
  target[offset + 4] = reasonCode;
  return offset + 5;
}

/** Sections 3.4 to 3.7. */
export function encodeAcknowledgement(packet: AcknowledgementPacket, version: ProtocolVersion): Buffer {
  const { type, packetIdentifier, reasonCode } = packet;
  checkSentReasonCode(type, reasonCode);
  const writer = new Writer();
  writer.packetIdentifier(packetIdentifier);
  if (version === 5) {
    const properties = encodeProperties(packet.properties ?? {}, type);
    if (reasonCode !== 0 || properties.length > 0) writer.byte(reasonCode);
    if (properties.length > 0) {
      writer.variableByteInteger(properties.length);
      writer.raw(properties);
    }
  }
  return writer.packet(firstByte(type));
}

/** PUBREL alone has a flag set [MQTT-3.6.1-1]. */
function firstByte(type: AcknowledgementPacket['type']): number {
  return (type << 4) | (type === PacketType.PUBREL ? 2 : 0);
}
