import { protocolError } from '../errors.ts';
import { PacketType, type ProtocolVersion, type UnsubscribePacket } from '../packets.ts';
import { decodeProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';
import { validateTopicFilter } from '../topics.ts';

/** Section 3.10. */
export function decodeUnsubscribe(reader: Reader, version: ProtocolVersion): UnsubscribePacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? decodeProperties(reader, PacketType.UNSUBSCRIBE) : {};
  if (reader.position === reader.end)
    throw protocolError('An UNSUBSCRIBE has no topic filter', 'MQTT-3.10.3-2');
  const topicFilters: string[] = [];
  while (reader.position < reader.end) {
    const topicFilter = reader.string();
    validateTopicFilter(topicFilter);
    topicFilters.push(topicFilter);
  }
  return { type: PacketType.UNSUBSCRIBE, packetIdentifier, topicFilters, properties };
}
