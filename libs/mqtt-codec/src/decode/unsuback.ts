import { checkReceivedReasonCode } from '../allowed-reason-codes.ts';
import { protocolError } from '../errors.ts';
import { PacketType, type ProtocolVersion, type UnsubackPacket } from '../packets.ts';
import { decodeOptionalProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';

/** Section 3.11; in 3.1.1 the packet identifier is all there is. */
export function decodeUnsuback(reader: Reader, version: ProtocolVersion): UnsubackPacket {
  const type = PacketType.UNSUBACK;
  const packetIdentifier = reader.packetIdentifier();
  if (version < 5) return { type, packetIdentifier, reasonCodes: [] };
  const properties = decodeOptionalProperties(reader, type);
  const reasonCodes = [...reader.rest()];
  if (reasonCodes.length === 0) throw protocolError('An UNSUBACK has no reason code', 'MQTT-3.11.3-2');
  for (const reasonCode of reasonCodes) checkReceivedReasonCode(type, reasonCode);
  return properties === undefined
    ? { type, packetIdentifier, reasonCodes }
    : { type, packetIdentifier, reasonCodes, properties };
}
