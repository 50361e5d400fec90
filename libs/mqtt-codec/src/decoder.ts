import { NO_BYTES } from './wire/bytes.ts';
import { decodeAcknowledgement } from './decode/acknowledgement.ts';
import { decodeAuth } from './decode/auth.ts';
import { decodeConnack } from './decode/connack.ts';
import { decodeConnect, decodeProtocol, protocolVersionOf } from './decode/connect.ts';
import { decodeDisconnect } from './decode/disconnect.ts';
import { decodePublish } from './decode/publish.ts';
import { decodeSuback } from './decode/suback.ts';
import { decodeSubscribe } from './decode/subscribe.ts';
import { decodeUnsuback } from './decode/unsuback.ts';
import { decodeUnsubscribe } from './decode/unsubscribe.ts';
import { malformedPacket, MqttError } from './errors.ts';
import { FixedHeader } from './fixed-header.ts';
import { MessageProperties } from './message-properties.ts';
import { PacketAssembly } from './packet-assembly.ts';
import { type Packet, PacketType, type ProtocolVersion } from './packets.ts';
import { Reader } from './wire/reader.ts';
import { ReasonCode } from './reason-codes.ts';

export interface PacketDecoderOptions {
  /** Bytes, fixed header included. */
  maximumPacketSize: number;
}

/**
 * Turns the chunks of one connection into packets, in whichever way the chunks are cut.
 *
 * Give each chunk to {@link push} and call {@link next} until it returns null. A packet that lies in one chunk is parsed
 * in place: its payload, password, binary data and forwarded properties are views into that chunk, which must not be
 * changed afterwards and stays in memory as long as one of them is held. A packet in several chunks is collected in a
 * buffer of its own, never larger than the packet, and refused by its fixed header when it is too large.
 */
export class PacketDecoder {
  /**
   * How packets are read. undefined: a CONNECT is expected, and its protocol level sets this as soon as it was read,
   * even if the CONNECT is refused for what comes behind. A client sets it itself.
   */
  protocolVersion: ProtocolVersion | undefined = undefined;

  /** Bytes, fixed header included; a packet above it is refused. Applies to packets whose header was not yet read. */
  maximumPacketSize: number;

  /** What a CONNECT said of the packets its sender takes, even if it is refused for what comes behind. */
  clientMaximumPacketSize: number | undefined = undefined;

  readonly #header = new FixedHeader();
  readonly #reader = new Reader();
  readonly #messageProperties = new MessageProperties();

  #chunk: Buffer = NO_BYTES;
  #position = 0;
  /** Chunks behind the present one: empty as long as `next` is called to the end after each `push`. */
  readonly #waiting: Buffer[] = [];
  #assembly: PacketAssembly | undefined = undefined;
  #failure: unknown = undefined;

  constructor({ maximumPacketSize }: PacketDecoderOptions) {
    this.maximumPacketSize = maximumPacketSize;
  }

  /** Adds what came next from the network; nothing is parsed yet. After an error it is forgotten at once. */
  push(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    if (this.#position === this.#chunk.length && this.#waiting.length === 0) {
      this.#chunk = chunk;
      this.#position = 0;
    } else {
      this.#waiting.push(chunk);
    }
  }

  /**
   * The next packet; null when more bytes are needed. Packets in the wrong direction or state are left to the caller.
   *
   * @throws MqttError when the bytes break the protocol: 0x81 malformed, 0x82 protocol error, 0x84 protocol version, 0x85
   *   client identifier, 0x8F topic filter, 0x90 topic name, 0x94 topic alias, 0x95 packet too large. The connection has
   *   to be closed [MQTT-4.13.1-1]: every later call throws the same error.
   */
  next(): Packet | null {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#assembly === undefined ? this.#nextInPlace() : this.#nextAssembled(this.#assembly);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #nextInPlace(): Packet | null {
    while (this.#position === this.#chunk.length) {
      if (this.#advance()) continue;
      this.#letGo();
      return null;
    }
    const chunk = this.#chunk;
    const start = this.#position;
    if (this.#header.read(chunk, start, chunk.length)) {
      this.#checkHeader();
      const end = start + this.#header.packetSize;
      if (end <= chunk.length) {
        this.#position = end;
        return this.#decode(chunk, start + this.#header.length, end);
      }
    }
    this.#assembly = new PacketAssembly();
    return this.#nextAssembled(this.#assembly);
  }

  #nextAssembled(assembly: PacketAssembly): Packet | null {
    const header = this.#header;
    do {
      while (this.#position < this.#chunk.length) {
        if (assembly.size === undefined) {
          this.#position = assembly.take(this.#chunk, this.#position, 1);
          if (!header.read(assembly.bytes, 0, assembly.length)) continue;
          this.#checkHeader();
          assembly.size = header.packetSize;
        }
        this.#position = assembly.take(this.#chunk, this.#position, assembly.size - assembly.length);
        if (assembly.length === assembly.size) {
          this.#assembly = undefined;
          return this.#decode(assembly.bytes, header.length, assembly.length);
        }
      }
    } while (this.#advance());
    return null;
  }

  /** Goes on to the next waiting chunk; false when there is none. */
  #advance(): boolean {
    this.#chunk = this.#waiting.shift() ?? NO_BYTES;
    this.#position = 0;
    return this.#chunk.length > 0 || this.#waiting.length > 0;
  }

  /** Between two packets an idle connection keeps no chunk in memory. */
  #letGo(): void {
    this.#reader.reset(NO_BYTES, 0, 0);
    this.#messageProperties.reset();
  }

  #checkHeader(): void {
    this.#header.check(this.protocolVersion);
    const { packetSize } = this.#header;
    if (packetSize > this.maximumPacketSize) {
      throw new MqttError(
        ReasonCode.PACKET_TOO_LARGE,
        `A packet of ${packetSize} bytes is larger than the maximum of ${this.maximumPacketSize}`,
        'MQTT-3.2.2-15',
      );
    }
  }

  #decode(bytes: Buffer, start: number, end: number): Packet {
    const reader = this.#reader;
    reader.reset(bytes, start, end);
    const packet = this.#decodeBody();
    if (reader.position !== end)
      throw malformedPacket('A packet goes on behind its last field', 'section 4.13.1');
    return packet;
  }

  #decodeBody(): Packet {
    const reader = this.#reader;
    const { type, flags } = this.#header;
    if (type === PacketType.CONNECT) return this.#decodeConnect();
    const version = this.protocolVersion!;
    switch (type) {
      case PacketType.PUBLISH:
        return decodePublish(reader, flags, version, this.#messageProperties);
      case PacketType.PUBACK:
      case PacketType.PUBREC:
      case PacketType.PUBREL:
      case PacketType.PUBCOMP:
        return decodeAcknowledgement(reader, type, version);
      case PacketType.CONNACK:
        return decodeConnack(reader, version);
      case PacketType.SUBSCRIBE:
        return decodeSubscribe(reader, version);
      case PacketType.SUBACK:
        return decodeSuback(reader, version);
      case PacketType.UNSUBSCRIBE:
        return decodeUnsubscribe(reader, version);
      case PacketType.UNSUBACK:
        return decodeUnsuback(reader, version);
      case PacketType.PINGREQ:
      case PacketType.PINGRESP:
        return { type };
      case PacketType.DISCONNECT:
        return decodeDisconnect(reader, version);
      default:
        return decodeAuth(reader);
    }
  }

  #decodeConnect(): Packet {
    const protocol = decodeProtocol(this.#reader);
    // Whoever says 5 is answered in the form of 5.0, even when its protocol is refused.
    if (protocol.level === 5) this.protocolVersion ??= 5;
    const version = protocolVersionOf(protocol);
    this.protocolVersion ??= version;
    // The header could be checked for this only now that the version is known.
    if (version === 5 && this.#header.isOverlong) {
      throw malformedPacket('A remaining length takes more bytes than it needs', 'MQTT-1.5.5-1');
    }
    return decodeConnect(this.#reader, version, this.#messageProperties, ({ maximumPacketSize }) => {
      this.clientMaximumPacketSize = maximumPacketSize;
    });
  }

  /** Nothing behind an error may be understood as MQTT. */
  #fail(error: unknown): void {
    this.#failure = error;
    this.discard();
  }

  /** Forgets what came and was not yet read, so that whoever still knows the decoder keeps no memory for it. */
  discard(): void {
    this.#chunk = NO_BYTES;
    this.#position = 0;
    this.#waiting.length = 0;
    this.#assembly = undefined;
    this.#letGo();
  }
}
