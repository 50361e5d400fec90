import { NO_BYTES } from './wire/bytes.ts';
import { MqttError } from './errors.ts';
import type { PacketType } from './packets.ts';
import {
  enterProperties,
  misplacedProperty,
  outOfRange,
  repeatedProperty,
  WILL,
  withoutWildcards,
} from './properties.ts';
import type { Reader } from './wire/reader.ts';
import { ReasonCode } from './reason-codes.ts';

/**
 * The properties of an application message, read in one pass without an object for each: what a server looks at stands
 * alone, the rest stays bytes. One instance serves one decoder; its values hold until the next `read`.
 */
export class MessageProperties {
  topicAlias = 0;
  messageExpiryInterval: number | undefined = undefined;
  subscriptionIdentifiers: number[] | undefined = undefined;
  willDelayInterval = 0;
  /** See `PublishPacket.forwardedProperties`; a view into the packet where the forwarded ones stand together. */
  forwarded: Buffer = NO_BYTES;

  /** One bit for each identifier below 32 that was read. */
  #seen = 0;
  #runStart = 0;
  #runEnd = 0;
  /** What stood in front of the present run, once there is more than one. */
  #earlier: Buffer[] | undefined = undefined;

  /**
   * Reads the property length and the properties behind it.
   *
   * @throws MqttError 0x81, 0x82 or, for a topic alias of 0, 0x94
   */
  read(reader: Reader, scope: typeof PacketType.PUBLISH | typeof WILL): void {
    this.reset();
    const packetEnd = enterProperties(reader);
    while (reader.position < reader.end) {
      const start = reader.position;
      const identifier = reader.byte();
      if (this.#readOwn(identifier, reader, scope)) continue;
      this.#checkForwarded(identifier, reader);
      this.#keep(start, reader);
    }
    this.forwarded = this.#collect(reader);
    reader.end = packetEnd;
  }

  /** As after reading a property length of 0. */
  reset(): void {
    this.topicAlias = 0;
    this.messageExpiryInterval = undefined;
    this.subscriptionIdentifiers = undefined;
    this.willDelayInterval = 0;
    this.forwarded = NO_BYTES;
    this.#seen = 0;
    this.#runStart = 0;
    this.#runEnd = 0;
    this.#earlier = undefined;
  }

  /** Reads a property that is not forwarded as it stands; false when `identifier` is none. */
  #readOwn(identifier: number, reader: Reader, scope: typeof PacketType.PUBLISH | typeof WILL): boolean {
    if (identifier === 0x02) {
      this.#once(identifier, 'messageExpiryInterval', '3.3.2.3.3');
      this.messageExpiryInterval = reader.uint32();
      return true;
    }
    if (scope === WILL) {
      if (identifier !== 0x18) return false;
      this.#once(identifier, 'willDelayInterval', '3.1.3.2.2');
      this.willDelayInterval = reader.uint32();
      return true;
    }
    if (identifier === 0x23) {
      if (this.topicAlias !== 0) throw repeatedProperty('topicAlias', '3.3.2.3.4');
      this.topicAlias = readTopicAlias(reader);
      return true;
    }
    if (identifier !== 0x0b) return false;
    const subscriptionIdentifier = reader.variableByteInteger();
    if (subscriptionIdentifier === 0) throw outOfRange('subscriptionIdentifiers', '3.3.2.3.8');
    (this.subscriptionIdentifiers ??= []).push(subscriptionIdentifier);
    return true;
  }

  /** Passes over a forwarded property, checking all that section 3.3.2.3 says of it. */
  #checkForwarded(identifier: number, reader: Reader): void {
    switch (identifier) {
      case 0x26:
        reader.skipString();
        reader.skipString();
        return;
      case 0x01:
        this.#once(identifier, 'payloadFormatIndicator', '3.3.2.3.2');
        if (reader.byte() > 1) throw outOfRange('payloadFormatIndicator', '3.3.2.3.2');
        return;
      case 0x03:
        this.#once(identifier, 'contentType', '3.3.2.3.9');
        reader.skipString();
        return;
      case 0x08:
        this.#once(identifier, 'responseTopic', '3.3.2.3.5');
        withoutWildcards(reader.string());
        return;
      case 0x09:
        this.#once(identifier, 'correlationData', '3.3.2.3.6');
        reader.skipBinary();
        return;
      default:
        throw misplacedProperty(identifier);
    }
  }

  #once(identifier: number, name: string, section: string): void {
    const bit = 1 << identifier;
    if ((this.#seen & bit) !== 0) throw repeatedProperty(name, section);
    this.#seen |= bit;
  }

  /** Adds `[start, reader.position)` to what is forwarded. */
  #keep(start: number, reader: Reader): void {
    if (this.#runEnd !== start) {
      if (this.#runEnd > this.#runStart) {
        (this.#earlier ??= []).push(reader.bytes.subarray(this.#runStart, this.#runEnd));
      }
      this.#runStart = start;
    }
    this.#runEnd = reader.position;
  }

  #collect(reader: Reader): Buffer {
    if (this.#runStart === this.#runEnd) return NO_BYTES;
    const run = reader.bytes.subarray(this.#runStart, this.#runEnd);
    return this.#earlier === undefined ? run : Buffer.concat([...this.#earlier, run]);
  }
}

/** 0 is not permitted [MQTT-3.3.2-8]; the code is that of section 3.3.4. */
function readTopicAlias(reader: Reader): number {
  const alias = reader.uint16();
  if (alias === 0) throw new MqttError(ReasonCode.TOPIC_ALIAS_INVALID, 'A topic alias is 0', 'MQTT-3.3.2-8');
  return alias;
}
