import { checkReceivedReasonCode } from '../allowed-reason-codes.ts';
import { protocolError } from '../errors.ts';
import { PacketType, type ProtocolVersion, type SubackPacket } from '../packets.ts';
import { decodeOptionalProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';

/** Section 3.9. */
export function decodeSuback(reader: Reader, version: ProtocolVersion): SubackPacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? decodeOptionalProperties(reader, PacketType.SUBACK) : undefined;
  const reasonCodes = [...reader.rest()];
  if (reasonCodes.length === 0) throw protocolError('A SUBACK has no reason code', 'MQTT-3.9.3-2');
  for (const reasonCode of reasonCodes) checkCode(reasonCode, version);
  const type = PacketType.SUBACK;
  return properties === undefined
    ? { type, packetIdentifier, reasonCodes }
    : { type, packetIdentifier, reasonCodes, properties };
}

function checkCode(code: number, version: ProtocolVersion): void {
  if (version === 5) checkReceivedReasonCode(PacketType.SUBACK, code);
  else if (code > 2 && code !== 0x80)
    throw protocolError('A SUBACK has a reserved return code', 'v3 MQTT-3.9.3-2');
}
