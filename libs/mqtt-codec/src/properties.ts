import { malformedPacket, type MqttError, protocolError } from './errors.ts';
import { PacketType, type Properties } from './packets.ts';
import { Reader } from './wire/reader.ts';
import { Writer } from './wire/writer.ts';

/**
 * Where a set of properties stands: a packet's variable header (its type), a CONNECT's will, or the bytes that a server
 * forwards unaltered.
 */
export type PropertyScope = PacketType | typeof WILL | typeof FORWARDED;
export const WILL = 0;
const FORWARDED = 16;

type Kind = 'bit' | 'boolean' | 'uint16' | 'uint32' | 'identifiers' | 'string' | 'topic' | 'binary' | 'pairs';

interface Definition {
  readonly name: keyof Properties;
  readonly kind: Kind;
  /** One bit for each scope that may hold it. */
  readonly scopes: number;
  /** Where the specification describes it. */
  readonly section: string;
  /** 0 is a protocol error. */
  readonly nonZero: boolean;
}

/** Table 2-4, indexed by property identifier. */
const definitions: (Definition | undefined)[] = [];

function define(
  identifier: number,
  name: keyof Properties,
  kind: Kind,
  section: string,
  scopes: PropertyScope[],
  nonZero = false,
): void {
  let mask = 0;
  for (const scope of scopes) mask |= 1 << scope;
  definitions[identifier] = { name, kind, scopes: mask, section, nonZero };
}

const { CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, DISCONNECT, AUTH } = PacketType;
const acknowledgements = [PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP];
const answers = [CONNACK, ...acknowledgements, SUBACK, UNSUBACK, DISCONNECT, AUTH];
const everywhere = [CONNECT, PUBLISH, WILL, FORWARDED, SUBSCRIBE, UNSUBSCRIBE, ...answers] as PropertyScope[];

define(0x01, 'payloadFormatIndicator', 'bit', '3.3.2.3.2', [PUBLISH, WILL, FORWARDED]);
define(0x02, 'messageExpiryInterval', 'uint32', '3.3.2.3.3', [PUBLISH, WILL]);
define(0x03, 'contentType', 'string', '3.3.2.3.9', [PUBLISH, WILL, FORWARDED]);
define(0x08, 'responseTopic', 'topic', '3.3.2.3.5', [PUBLISH, WILL, FORWARDED]);
define(0x09, 'correlationData', 'binary', '3.3.2.3.6', [PUBLISH, WILL, FORWARDED]);
define(0x0b, 'subscriptionIdentifiers', 'identifiers', '3.8.2.1.2', [PUBLISH, SUBSCRIBE], true);
define(0x11, 'sessionExpiryInterval', 'uint32', '3.1.2.11.2', [CONNECT, CONNACK, DISCONNECT]);
define(0x12, 'assignedClientIdentifier', 'string', '3.2.2.3.7', [CONNACK]);
define(0x13, 'serverKeepAlive', 'uint16', '3.2.2.3.14', [CONNACK]);
define(0x15, 'authenticationMethod', 'string', '3.1.2.11.9', [CONNECT, CONNACK, AUTH]);
define(0x16, 'authenticationData', 'binary', '3.1.2.11.10', [CONNECT, CONNACK, AUTH]);
define(0x17, 'requestProblemInformation', 'boolean', '3.1.2.11.7', [CONNECT]);
define(0x18, 'willDelayInterval', 'uint32', '3.1.3.2.2', [WILL]);
define(0x19, 'requestResponseInformation', 'boolean', '3.1.2.11.6', [CONNECT]);
define(0x1a, 'responseInformation', 'string', '3.2.2.3.15', [CONNACK]);
define(0x1c, 'serverReference', 'string', '3.2.2.3.16', [CONNACK, DISCONNECT]);
define(0x1f, 'reasonString', 'string', '3.4.2.2.2', answers);
define(0x21, 'receiveMaximum', 'uint16', '3.1.2.11.3', [CONNECT, CONNACK], true);
define(0x22, 'topicAliasMaximum', 'uint16', '3.1.2.11.5', [CONNECT, CONNACK]);
define(0x23, 'topicAlias', 'uint16', '3.3.2.3.4', [PUBLISH], true);
define(0x24, 'maximumQoS', 'bit', '3.2.2.3.4', [CONNACK]);
define(0x25, 'retainAvailable', 'boolean', '3.2.2.3.5', [CONNACK]);
define(0x26, 'userProperties', 'pairs', '3.3.2.3.7', everywhere);
define(0x27, 'maximumPacketSize', 'uint32', '3.1.2.11.4', [CONNECT, CONNACK], true);
define(0x28, 'wildcardSubscriptionAvailable', 'boolean', '3.2.2.3.11', [CONNACK]);
define(0x29, 'subscriptionIdentifiersAvailable', 'boolean', '3.2.2.3.12', [CONNACK]);
define(0x2a, 'sharedSubscriptionAvailable', 'boolean', '3.2.2.3.13', [CONNACK]);

/**
 * Reads the property length in front of `reader` and narrows the reader to the properties.
 *
 * @returns the end of the packet, to be given back to `reader.end`
 * @throws MqttError 0x81 when the properties are longer than the packet
 */
export function enterProperties(reader: Reader): number {
  const length = reader.variableByteInteger();
  const packetEnd = reader.end;
  const end = reader.position + length;
  if (end > packetEnd) {
    throw malformedPacket('The property length exceeds the packet', 'section 2.2.2.1');
  }
  reader.end = end;
  return packetEnd;
}

/**
 * The properties with their length in front (section 2.2.2), as a packet or will has them.
 *
 * @throws MqttError 0x81 for an identifier that is unknown or stands in the wrong packet; 0x82 for one that comes twice or
 *   has a value out of range
 */
export function decodeProperties(reader: Reader, scope: PropertyScope): Properties {
  const packetEnd = enterProperties(reader);
  const properties = readAll(reader, scope);
  reader.end = packetEnd;
  return properties;
}

/** As {@link decodeProperties}; undefined when there are none. */
export function decodeOptionalProperties(reader: Reader, scope: PropertyScope): Properties | undefined {
  const properties = decodeProperties(reader, scope);
  return Object.keys(properties).length === 0 ? undefined : properties;
}

/**
 * What `PublishPacket.forwardedProperties` says.
 *
 * @throws MqttError when `bytes` are not such properties
 */
export function decodeForwardedProperties(bytes: Buffer): Properties {
  const reader = new Reader();
  reader.reset(bytes, 0, bytes.length);
  return readAll(reader, FORWARDED);
}

/** The properties that a server forwards unaltered with an application message. */
export type ForwardedProperties = Pick<
  Properties,
  'payloadFormatIndicator' | 'contentType' | 'responseTopic' | 'correlationData' | 'userProperties'
>;

/**
 * `properties` as `PublishPacket.forwardedProperties` has them: wire bytes without the length in front.
 *
 * @throws RangeError for a value that cannot be encoded, or a response topic with wildcards [MQTT-3.3.2-14]
 */
export function encodeForwardedProperties(properties: ForwardedProperties): Buffer {
  return encodeProperties(properties, FORWARDED);
}

/**
 * Wire bytes of `properties`, in the order of their identifiers, without the length in front.
 *
 * @throws RangeError for a property that does not belong into `scope`, or a value that cannot be encoded
 */
export function encodeProperties(properties: Properties, scope: PropertyScope): Buffer {
  const writer = new Writer();
  definitions.forEach((definition, identifier) => {
    if (definition === undefined) return;
    const { name, scopes } = definition;
    const value = properties[name];
    if (value === undefined) return;
    if ((scopes & (1 << scope)) === 0) throw new RangeError(`${name} is no property of this packet`);
    writeProperty(writer, identifier, definition, value, scope);
  });
  return writer.body();
}

/** Writes `properties` with their length in front. */
export function writeProperties(
  writer: Writer,
  properties: Properties | undefined,
  scope: PropertyScope,
): void {
  const bytes = encodeProperties(properties ?? {}, scope);
  writer.variableByteInteger(bytes.length);
  writer.raw(bytes);
}

function readAll(reader: Reader, scope: PropertyScope): Properties {
  const properties: Record<string, unknown> = {};
  while (reader.position < reader.end) {
    const identifier = reader.byte();
    const definition = definitions[identifier];
    if (definition === undefined || (definition.scopes & (1 << scope)) === 0)
      throw misplacedProperty(identifier);
    const { name } = definition;
    if (definition.kind === 'pairs') {
      const pairs = (properties[name] ??= []) as [string, string][];
      pairs.push([reader.string(), reader.string()]);
    } else {
      if (properties[name] !== undefined) throw repeatedProperty(name, definition.section);
      properties[name] = readValue(reader, definition);
    }
  }
  return properties;
}

function readValue(reader: Reader, definition: Definition): unknown {
  switch (definition.kind) {
    case 'bit':
      return readBit(reader, definition);
    case 'boolean':
      return readBit(reader, definition) === 1;
    case 'uint16':
      return inRange(reader.uint16(), definition);
    case 'uint32':
      return inRange(reader.uint32(), definition);
    case 'identifiers':
      return [inRange(reader.variableByteInteger(), definition)];
    case 'binary':
      return reader.binary();
    case 'topic':
      return withoutWildcards(reader.string());
    default:
      return reader.string();
  }
}

function readBit(reader: Reader, definition: Definition): 0 | 1 {
  const value = reader.byte();
  if (value !== 0 && value !== 1) throw outOfRange(definition.name, definition.section);
  return value;
}

function inRange(value: number, definition: Definition): number {
  if (value === 0 && definition.nonZero) throw outOfRange(definition.name, definition.section);
  return value;
}

/**
 * `topic`, a response topic.
 *
 * @throws MqttError 0x82 when it holds a wildcard character [MQTT-3.3.2-14]
 */
export function withoutWildcards(topic: string): string {
  if (hasWildcards(topic))
    throw protocolError('A response topic contains a wildcard character', 'MQTT-3.3.2-14');
  return topic;
}

function hasWildcards(topic: string): boolean {
  return topic.includes('#') || topic.includes('+');
}

export function misplacedProperty(identifier: number): MqttError {
  const hex = identifier.toString(16).padStart(2, '0');
  return malformedPacket(`Property 0x${hex} is unknown or does not belong here`, 'section 2.2.2.2');
}

export function repeatedProperty(name: string, section: string): MqttError {
  return protocolError(`The property ${name} stands more than once`, `section ${section}`);
}

export function outOfRange(name: string, section: string): MqttError {
  return protocolError(`The property ${name} has a value that is not allowed`, `section ${section}`);
}

function writeProperty(
  writer: Writer,
  identifier: number,
  definition: Definition,
  value: NonNullable<Properties[keyof Properties]>,
  scope: PropertyScope,
): void {
  const { name, kind, nonZero } = definition;
  if (kind === 'pairs') {
    for (const [key, text] of value as [string, string][]) {
      writer.byte(identifier);
      writer.string(key);
      writer.string(text);
    }
    return;
  }
  if (kind === 'identifiers') {
    const identifiers = value as number[];
    if (identifiers.length > 1 && scope === SUBSCRIBE)
      throw new RangeError(`${name}: a SUBSCRIBE has at most one`);
    for (const each of identifiers) {
      if (each === 0) throw new RangeError(`${name} cannot be 0`);
      writer.byte(identifier);
      writer.variableByteInteger(each);
    }
    return;
  }
  if (nonZero && value === 0) throw new RangeError(`${name} cannot be 0`);
  writer.byte(identifier);
  if (kind === 'bit' || kind === 'boolean') writeBit(writer, name, Number(value));
  else if (kind === 'uint16') writer.uint16(value as number);
  else if (kind === 'uint32') writer.uint32(value as number);
  else if (kind === 'binary') writer.binary(value as Buffer);
  else {
    if (kind === 'topic' && hasWildcards(value as string))
      throw new RangeError(`${name} contains a wildcard`);
    writer.string(value as string);
  }
}

function writeBit(writer: Writer, name: string, value: number): void {
  if (value !== 0 && value !== 1) throw new RangeError(`${name} is ${value} (0 or 1)`);
  writer.byte(value);
}
