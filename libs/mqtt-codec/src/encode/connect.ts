import { type ConnectPacket, PacketType, type ProtocolVersion, type WillPacketPart } from '../packets.ts';
import { encodeProperties, WILL, writeProperties } from '../properties.ts';
import { Writer } from '../wire/writer.ts';

/** Section 3.1. */
export function encodeConnect(packet: ConnectPacket, version: ProtocolVersion): Buffer {
  if (packet.protocolVersion !== version) {
    throw new RangeError(
      `A CONNECT of protocol version ${packet.protocolVersion} cannot be encoded as ${version}`,
    );
  }
  const writer = new Writer();
  writer.string(version === 3 ? 'MQIsdp' : 'MQTT');
  writer.byte(version);
  writer.byte(connectFlags(packet, version));
  writer.uint16(packet.keepAlive);
  if (version === 5) writeProperties(writer, packet.properties, PacketType.CONNECT);
  writer.string(packet.clientIdentifier);
  if (packet.will !== undefined) writeWill(writer, packet.will, version);
  if (packet.username !== undefined) writer.string(packet.username);
  if (packet.password !== undefined) writer.binary(packet.password);
  return writer.packet(PacketType.CONNECT << 4);
}

function connectFlags(packet: ConnectPacket, version: ProtocolVersion): number {
  const { will } = packet;
  if (version < 5 && packet.password !== undefined && packet.username === undefined) {
    throw new RangeError('A password needs a user name [v3 MQTT-3.1.2-22]');
  }
  return (
    (packet.cleanStart ? 0x02 : 0) |
    (will === undefined ? 0 : 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0)) |
    (packet.password === undefined ? 0 : 0x40) |
    (packet.username === undefined ? 0 : 0x80)
  );
}

function writeWill(writer: Writer, will: WillPacketPart, version: ProtocolVersion): void {
  if (version === 5) {
    const timing = encodeProperties(
      {
        willDelayInterval: will.delayInterval || undefined,
        messageExpiryInterval: will.messageExpiryInterval,
      },
      WILL,
    );
    writer.variableByteInteger(timing.length + will.forwardedProperties.length);
    writer.raw(timing);
    writer.raw(will.forwardedProperties);
  }
  writer.string(will.topic);
  writer.binary(will.payload);
}
