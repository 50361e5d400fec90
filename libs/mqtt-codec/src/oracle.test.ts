import fc from 'fast-check';
import { arbitraryPacket } from '../testing/arbitrary-packets.ts';
import { decodeOne } from '../testing/decode-all.ts';
import { generateByOracle, inOracleWords, parseByOracle } from '../testing/oracle.ts';
import {
  decodeForwardedProperties,
  encode,
  encodeForwardedProperties,
  type Packet,
  PacketType,
  type Properties,
  type ProtocolVersion,
} from './index.ts';

const versions: ProtocolVersion[] = [3, 4, 5];

describe.each(versions)('in protocol version %d', (version) => {
  test('mqtt-packet parses what is generated here', () => {
    fc.assert(
      fc.property(comparablePacket(version), (packet) => {
        expect(parseByOracle(encode(packet, version), version)).toEqual(inOracleWords(packet, version));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what mqtt-packet generates is parsed here', () => {
    fc.assert(
      fc.property(comparablePacket(version), (packet) => {
        fc.pre(isGeneratedByOracle(packet));
        const words = inOracleWords(packet, version);
        const decoded = decodeOne(generateByOracle(words, version), version);
        expect(inOracleWords(decoded, version)).toEqual(words);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** `mqtt-packet` holds user properties in an object: each name once, and none that JavaScript would sort as an index. */
function comparablePacket(version: ProtocolVersion): fc.Arbitrary<Packet> {
  return arbitraryPacket(version).map((packet) => {
    if (packet.type === PacketType.PUBLISH) return withDistinctForwarded(packet);
    if (!('properties' in packet)) return packet;
    const distinct = {
      ...packet,
      properties: packet.properties && withDistinctNames(packet.properties),
    } as Packet;
    if (distinct.type !== PacketType.CONNECT) return distinct;
    return { ...distinct, will: distinct.will && withDistinctForwarded(distinct.will) };
  });
}

function withDistinctForwarded<Message extends { forwardedProperties: Buffer }>(message: Message): Message {
  const properties = withDistinctNames(decodeForwardedProperties(message.forwardedProperties));
  return { ...message, forwardedProperties: encodeForwardedProperties(properties) };
}

function withDistinctNames(properties: Properties): Properties {
  const userProperties = properties.userProperties?.map(([name, value], index): [string, string] => [
    `${index}:${name}`,
    value,
  ]);
  return userProperties === undefined ? properties : { ...properties, userProperties };
}

/** It generates no CONNECT without client identifier that resumes a session, and none with a password alone. */
function isGeneratedByOracle(packet: Packet): boolean {
  if (packet.type !== PacketType.CONNECT) return true;
  if (packet.clientIdentifier === '' && !packet.cleanStart) return false;
  return packet.password === undefined || packet.username !== undefined;
}
