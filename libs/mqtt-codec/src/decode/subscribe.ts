import { malformedPacket, protocolError } from '../errors.ts';
import {
  PacketType,
  type ProtocolVersion,
  type SubscribePacket,
  type SubscriptionRequest,
} from '../packets.ts';
import { decodeProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';
import { parseSharedFilter, validateTopicFilter } from '../topics.ts';

const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;

/** Section 3.8. */
export function decodeSubscribe(reader: Reader, version: ProtocolVersion): SubscribePacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? decodeProperties(reader, PacketType.SUBSCRIBE) : {};
  if (reader.position === reader.end) throw protocolError('A SUBSCRIBE has no topic filter', 'MQTT-3.8.3-2');
  const subscriptions: SubscriptionRequest[] = [];
  while (reader.position < reader.end) {
    const topicFilter = reader.string();
    validateTopicFilter(topicFilter);
    subscriptions.push(
      version === 5 ? withOptions(topicFilter, reader.byte()) : withQoS(topicFilter, reader.byte()),
    );
  }
  return { type: PacketType.SUBSCRIBE, packetIdentifier, subscriptions, properties };
}

/** The subscription options of MQTT 5.0 (section 3.8.3.1). */
function withOptions(topicFilter: string, options: number): SubscriptionRequest {
  if (options & 0xc0) throw malformedPacket('A reserved subscription option is set', 'MQTT-3.8.3-5');
  const qos = options & 3;
  if (qos === 3) throw protocolError('A subscription asks for QoS 3', 'section 3.8.3.1');
  const retainHandling = options >> 4;
  if (retainHandling === 3) throw protocolError('A subscription has retain handling 3', 'section 3.8.3.1');
  const noLocal = (options & NO_LOCAL) !== 0;
  if (noLocal && parseSharedFilter(topicFilter) !== undefined) {
    throw protocolError('A shared subscription has no local set', 'MQTT-3.8.3-4');
  }
  return {
    topicFilter,
    qos: qos as 0 | 1 | 2,
    noLocal,
    retainAsPublished: (options & RETAIN_AS_PUBLISHED) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2,
  };
}

/** The requested QoS of MQTT 3.1.1. */
function withQoS(topicFilter: string, qos: number): SubscriptionRequest {
  if (qos > 2) throw malformedPacket('A subscription asks for a QoS above 2', 'v3 MQTT-3-8.3-4');
  return { topicFilter, qos: qos as 0 | 1 | 2, noLocal: false, retainAsPublished: false, retainHandling: 0 };
}
