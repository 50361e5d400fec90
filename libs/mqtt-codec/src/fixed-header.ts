import { malformedPacket, protocolError } from './errors.ts';
import { PacketType, type ProtocolVersion } from './packets.ts';

/** First byte and remaining length of a packet (section 2.1.1). One instance serves one decoder. */
export class FixedHeader {
  /** Packet type and flags. */
  firstByte = 0;
  remainingLength = 0;
  /** Bytes of the header itself, 2 to 5. */
  length = 0;

  get type(): number {
    return this.firstByte >> 4;
  }

  get flags(): number {
    return this.firstByte & 0x0f;
  }

  /** Bytes of the packet, header included: what Maximum Packet Size limits (section 2.1.4). */
  get packetSize(): number {
    return this.length + this.remainingLength;
  }

  /** Whether the remaining length takes more bytes than it needs: allowed in 3.1.1 [MQTT-1.5.5-1]. */
  get isOverlong(): boolean {
    return this.length > 2 && this.remainingLength < 1 << (7 * (this.length - 2));
  }

  /**
   * Reads the header at `position`; false when `bytes` end before it does.
   *
   * @throws MqttError 0x81 when the remaining length takes more than four bytes
   */
  read(bytes: Buffer, position: number, end: number): boolean {
    let remainingLength = 0;
    for (let at = position + 1, shift = 0; at < end; at++, shift += 7) {
      const byte = bytes[at];
      if (byte >= 0x80 && shift === 21) {
        throw malformedPacket('A remaining length is longer than four bytes', 'section 2.1.4');
      }
      remainingLength |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.firstByte = bytes[position];
        this.remainingLength = remainingLength;
        this.length = at + 1 - position;
        return true;
      }
    }
    return false;
  }

  /**
   * Checks what can be known before the body is there, so that none is collected in vain.
   *
   * @param version undefined before CONNECT
   * @throws MqttError 0x81 for reserved types and flags, 0x82 for anything but CONNECT as the first packet
   */
  check(version: ProtocolVersion | undefined): void {
    const { type, flags } = this;
    if (type === 0 || (type === PacketType.AUTH && version !== undefined && version < 5)) {
      throw malformedPacket(`Packet type ${type} is reserved`, 'section 2.1.2');
    }
    if (type !== PacketType.CONNECT && version === undefined) {
      throw protocolError('The first packet is not a CONNECT', 'MQTT-3.1.0-1');
    }
    if (type !== PacketType.PUBLISH && flags !== requiredFlags(type) && !isRepeated31(type, flags, version)) {
      throw malformedPacket('The reserved flags of a packet are not as they must be', flagsClause(type));
    }
    if (version === 5 && this.isOverlong) {
      throw malformedPacket('A remaining length takes more bytes than it needs', 'MQTT-1.5.5-1');
    }
  }
}

/** Table 2-2. */
function requiredFlags(type: number): number {
  return hasQoS1Flags(type) ? 2 : 0;
}

function hasQoS1Flags(type: number): boolean {
  return type === PacketType.PUBREL || type === PacketType.SUBSCRIBE || type === PacketType.UNSUBSCRIBE;
}

/** In MQTT 3.1 these packets are sent with QoS 1 and, when repeated, with DUP. */
function isRepeated31(type: number, flags: number, version: ProtocolVersion | undefined): boolean {
  return version === 3 && hasQoS1Flags(type) && flags === 0x0a;
}

function flagsClause(type: number): string {
  switch (type) {
    case PacketType.PUBREL:
      return 'MQTT-3.6.1-1';
    case PacketType.SUBSCRIBE:
      return 'MQTT-3.8.1-1';
    case PacketType.UNSUBSCRIBE:
      return 'MQTT-3.10.1-1';
    case PacketType.DISCONNECT:
      return 'MQTT-3.14.1-1';
    case PacketType.AUTH:
      return 'MQTT-3.15.1-1';
    default:
      return 'MQTT-2.1.3-1';
  }
}
