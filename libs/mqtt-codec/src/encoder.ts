import { encodeAcknowledgement } from './encode/acknowledgement.ts';
import {
  encodeAuth,
  encodeConnack,
  encodeDisconnect,
  encodeSuback,
  encodeUnsuback,
} from './encode/answers.ts';
import { encodeConnect } from './encode/connect.ts';
import { publishLength, writePublish } from './encode/publish.ts';
import { encodeSubscribe, encodeUnsubscribe } from './encode/subscribe.ts';
import {
  type Packet,
  PacketType,
  type Properties,
  type ProtocolVersion,
  type PublishPacket,
} from './packets.ts';

/** A whole PINGREQ; do not change. */
export const PINGREQ_BYTES = Buffer.from([PacketType.PINGREQ << 4, 0]);
/** A whole PINGRESP; do not change. */
export const PINGRESP_BYTES = Buffer.from([PacketType.PINGRESP << 4, 0]);

/**
 * The bytes of `packet`, in the shortest form. What `version` does not have is left out (properties, reason codes of
 * acknowledgements, subscription options). The bytes may be shared and must not be changed.
 *
 * @throws RangeError when a value cannot be encoded: a string or binary data longer than 65,535 bytes, a packet longer
 *   than 268,435,455, a number out of range, a property or reason code that the packet cannot carry
 */
export function encode(packet: Packet, version: ProtocolVersion): Buffer {
  switch (packet.type) {
    case PacketType.CONNECT:
      return encodeConnect(packet, version);
    case PacketType.CONNACK:
      return encodeConnack(packet, version);
    case PacketType.PUBLISH:
      return encodePublish(packet, version);
    case PacketType.SUBSCRIBE:
      return encodeSubscribe(packet, version);
    case PacketType.SUBACK:
      return encodeSuback(packet, version);
    case PacketType.UNSUBSCRIBE:
      return encodeUnsubscribe(packet, version);
    case PacketType.UNSUBACK:
      return encodeUnsuback(packet, version);
    case PacketType.PINGREQ:
      return PINGREQ_BYTES;
    case PacketType.PINGRESP:
      return PINGRESP_BYTES;
    case PacketType.DISCONNECT:
      return encodeDisconnect(packet, version);
    case PacketType.AUTH:
      return encodeAuth(packet, version);
    default:
      return encodeAcknowledgement(packet, version);
  }
}

/**
 * As {@link encode}, within the maximum packet size of the receiver: where the packet is larger, its user properties are
 * left out, then its reason string too ([MQTT-3.2.2-19], [MQTT-3.2.2-20], [MQTT-3.4.2-2], [MQTT-3.4.2-3] and their
 * like). null when it is still larger and must not be sent [MQTT-3.1.2-24].
 *
 * @param maximumPacketSize bytes, fixed header included
 * @throws RangeError as {@link encode}
 */
export function encodeWithin(
  packet: Packet,
  version: ProtocolVersion,
  maximumPacketSize: number,
): Buffer | null {
  const whole = encode(packet, version);
  if (whole.length <= maximumPacketSize) return whole;
  if (!('properties' in packet) || packet.properties === undefined || requests.has(packet.type)) return null;

  const withoutUserProperties: Properties = { ...packet.properties, userProperties: undefined };
  const shorter = encode({ ...packet, properties: withoutUserProperties } as Packet, version);
  if (shorter.length <= maximumPacketSize) return shorter;

  const withoutReason: Properties = { ...withoutUserProperties, reasonString: undefined };
  const shortest = encode({ ...packet, properties: withoutReason } as Packet, version);
  return shortest.length <= maximumPacketSize ? shortest : null;
}

/** Their user properties are part of what is asked, not diagnostics. */
const requests = new Set<number>([PacketType.CONNECT, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE]);

function encodePublish(packet: PublishPacket, version: ProtocolVersion): Buffer {
  if (packet.qos > 0 && packet.packetIdentifier === 0)
    throw new RangeError('A packet identifier cannot be 0');
  const bytes = Buffer.allocUnsafe(publishLength(packet, version));
  writePublish(bytes, 0, packet, version);
  return bytes;
}
