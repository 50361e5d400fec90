import { checkSentReasonCode } from '../allowed-reason-codes.ts';
import {
  type AuthPacket,
  type ConnackPacket,
  type DisconnectPacket,
  PacketType,
  type ProtocolVersion,
  type SubackPacket,
  type UnsubackPacket,
} from '../packets.ts';
import { encodeProperties, writeProperties } from '../properties.ts';
import { ConnectReturnCode, ReasonCode } from '../reason-codes.ts';
import { Writer } from '../wire/writer.ts';

/** Section 3.2; MQTT 3.1 has no session present flag. */
export function encodeConnack(packet: ConnackPacket, version: ProtocolVersion): Buffer {
  const { reasonCode, sessionPresent } = packet;
  if (sessionPresent && reasonCode !== 0)
    throw new RangeError('A refusal has no session present [MQTT-3.2.2-6]');
  const writer = new Writer();
  writer.byte(sessionPresent && version > 3 ? 1 : 0);
  if (version === 5) checkSentReasonCode(PacketType.CONNACK, reasonCode);
  else if (reasonCode > ConnectReturnCode.NOT_AUTHORIZED) {
    throw new RangeError(`${reasonCode} is no return code of a 3.1.1 CONNACK`);
  }
  writer.byte(reasonCode);
  if (version === 5) writeProperties(writer, packet.properties, PacketType.CONNACK);
  return writer.packet(PacketType.CONNACK << 4);
}

/** Section 3.9; 3.1.1 knows one failure only, so every reason code >= 0x80 becomes 0x80 [v3 MQTT-3.9.3-2]. */
export function encodeSuback(packet: SubackPacket, version: ProtocolVersion): Buffer {
  const writer = new Writer();
  writer.packetIdentifier(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties, PacketType.SUBACK);
  if (packet.reasonCodes.length === 0) throw new RangeError('A SUBACK has at least one reason code');
  for (const reasonCode of packet.reasonCodes) {
    checkSentReasonCode(PacketType.SUBACK, reasonCode);
    writer.byte(version < 5 ? Math.min(reasonCode, ReasonCode.UNSPECIFIED_ERROR) : reasonCode);
  }
  return writer.packet(PacketType.SUBACK << 4);
}

/** Section 3.11; 3.1.1 has no reason codes. */
export function encodeUnsuback(packet: UnsubackPacket, version: ProtocolVersion): Buffer {
  const writer = new Writer();
  writer.packetIdentifier(packet.packetIdentifier);
  if (version === 5) {
    writeProperties(writer, packet.properties, PacketType.UNSUBACK);
    if (packet.reasonCodes.length === 0) throw new RangeError('An UNSUBACK has at least one reason code');
    for (const reasonCode of packet.reasonCodes) {
      checkSentReasonCode(PacketType.UNSUBACK, reasonCode);
      writer.byte(reasonCode);
    }
  }
  return writer.packet(PacketType.UNSUBACK << 4);
}

/** Section 3.14 in the shortest form; 3.1.1 has no reason code. */
export function encodeDisconnect(packet: DisconnectPacket, version: ProtocolVersion): Buffer {
  const writer = new Writer();
  if (version === 5) {
    checkSentReasonCode(PacketType.DISCONNECT, packet.reasonCode);
    const properties = encodeProperties(packet.properties ?? {}, PacketType.DISCONNECT);
    if (packet.reasonCode !== 0 || properties.length > 0) writer.byte(packet.reasonCode);
    if (properties.length > 0) {
      writer.variableByteInteger(properties.length);
      writer.raw(properties);
    }
  }
  return writer.packet(PacketType.DISCONNECT << 4);
}

/** Section 3.15. */
export function encodeAuth(packet: AuthPacket, version: ProtocolVersion): Buffer {
  if (version < 5) throw new RangeError('MQTT 3.1.1 has no AUTH packet');
  checkSentReasonCode(PacketType.AUTH, packet.reasonCode);
  const writer = new Writer();
  const properties = encodeProperties(packet.properties, PacketType.AUTH);
  if (packet.reasonCode !== 0 || properties.length > 0) {
    if (packet.properties.authenticationMethod === undefined) {
      throw new RangeError('An AUTH needs an authentication method (section 3.15.2.2.2)');
    }
    writer.byte(packet.reasonCode);
    writer.variableByteInteger(properties.length);
    writer.raw(properties);
  }
  return writer.packet(PacketType.AUTH << 4);
}
