import { checkReceivedReasonCode } from '../allowed-reason-codes.ts';
import { protocolError } from '../errors.ts';
import { type AuthPacket, PacketType } from '../packets.ts';
import { decodeProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';

/** Section 3.15: an empty body is success without properties, else the authentication method must be there. */
export function decodeAuth(reader: Reader): AuthPacket {
  const type = PacketType.AUTH;
  if (reader.position === reader.end) return { type, reasonCode: 0, properties: {} };
  const reasonCode = reader.byte();
  checkReceivedReasonCode(type, reasonCode);
  const properties = decodeProperties(reader, type);
  if (properties.authenticationMethod === undefined) {
    throw protocolError('An AUTH has no authentication method', 'section 3.15.2.2.2');
  }
  return { type, reasonCode, properties };
}
