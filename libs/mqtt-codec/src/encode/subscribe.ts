import {
  PacketType,
  type ProtocolVersion,
  type SubscribePacket,
  type SubscriptionRequest,
  type UnsubscribePacket,
} from '../packets.ts';
import { writeProperties } from '../properties.ts';
import { Writer } from '../wire/writer.ts';

/** Section 3.8; 3.1.1 has the QoS alone. */
export function encodeSubscribe(packet: SubscribePacket, version: ProtocolVersion): Buffer {
  if (packet.subscriptions.length === 0) throw new RangeError('A SUBSCRIBE has at least one topic filter');
  const writer = new Writer();
  writer.packetIdentifier(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties, PacketType.SUBSCRIBE);
  for (const subscription of packet.subscriptions) {
    writer.string(subscription.topicFilter);
    writer.byte(version === 5 ? subscriptionOptions(subscription) : subscription.qos);
  }
  return writer.packet((PacketType.SUBSCRIBE << 4) | 2);
}

/** Section 3.10. */
export function encodeUnsubscribe(packet: UnsubscribePacket, version: ProtocolVersion): Buffer {
  if (packet.topicFilters.length === 0) throw new RangeError('An UNSUBSCRIBE has at least one topic filter');
  const writer = new Writer();
  writer.packetIdentifier(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties, PacketType.UNSUBSCRIBE);
  for (const topicFilter of packet.topicFilters) writer.string(topicFilter);
  return writer.packet((PacketType.UNSUBSCRIBE << 4) | 2);
}

function subscriptionOptions({
  qos,
  noLocal,
  retainAsPublished,
  retainHandling,
}: SubscriptionRequest): number {
  return qos | (noLocal ? 0x04 : 0) | (retainAsPublished ? 0x08 : 0) | (retainHandling << 4);
}
