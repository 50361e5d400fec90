import { checkReceivedReasonCode } from '../allowed-reason-codes.ts';
import type { AcknowledgementPacket, ProtocolVersion } from '../packets.ts';
import { decodeOptionalProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';

/** PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7): reason code and property length may be left out. */
export function decodeAcknowledgement(
  reader: Reader,
  type: AcknowledgementPacket['type'],
  version: ProtocolVersion,
): AcknowledgementPacket {
  const packetIdentifier = reader.packetIdentifier();
  if (version < 5 || reader.position === reader.end) return { type, packetIdentifier, reasonCode: 0 };
  const reasonCode = reader.byte();
  if (reasonCode !== 0) checkReceivedReasonCode(type, reasonCode);
  if (reader.position === reader.end) return { type, packetIdentifier, reasonCode };
  const properties = decodeOptionalProperties(reader, type);
  return properties === undefined
    ? { type, packetIdentifier, reasonCode }
    : { type, packetIdentifier, reasonCode, properties };
}
