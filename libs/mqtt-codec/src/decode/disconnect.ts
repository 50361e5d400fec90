import { checkReceivedReasonCode } from '../allowed-reason-codes.ts';
import { type DisconnectPacket, PacketType, type ProtocolVersion } from '../packets.ts';
import { decodeOptionalProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';

/** Section 3.14: reason code and property length may be left out; in 3.1.1 there is no body. */
export function decodeDisconnect(reader: Reader, version: ProtocolVersion): DisconnectPacket {
  const type = PacketType.DISCONNECT;
  if (version < 5 || reader.position === reader.end) return { type, reasonCode: 0 };
  const reasonCode = reader.byte();
  checkReceivedReasonCode(type, reasonCode);
  if (reader.position === reader.end) return { type, reasonCode };
  const properties = decodeOptionalProperties(reader, type);
  return properties === undefined ? { type, reasonCode } : { type, reasonCode, properties };
}
