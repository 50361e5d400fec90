import fc from 'fast-check';
import {
  encodeForwardedProperties,
  type Packet,
  PacketType,
  type ProtocolVersion,
  type Properties,
} from '../src/index.ts';

/** Any string that MQTT can carry: well-formed Unicode without U+0000, at times longer than the quick path for ASCII. */
const arbitraryString = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
    fc.string({ unit: 'binary-ascii', minLength: 60, maxLength: 200 }),
  )
  .map((text) => text.replaceAll('\0', ''));

const arbitraryBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

/** A valid topic name. */
export const arbitraryTopic = fc
  .oneof(
    arbitraryString,
    fc
      .array(fc.constantFrom('a', 'b', 'é', '$SYS', ''), { minLength: 1, maxLength: 6 })
      .map((levels) => levels.join('/')),
  )
  .map((text) => text.replaceAll(/[#+]/g, '') || '/');

/** A valid topic filter, shared ones included. */
export const arbitraryFilter = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.oneof(fc.constant('+'), arbitraryTopic), { minLength: 1, maxLength: 5 }),
    fc.constantFrom('', '/#', '/'),
  )
  .map(([isShared, levels, end]) => `${isShared ? '$share/group/' : ''}${levels.join('/')}${end}`)
  .filter((filter) => !/^\$share\/(\/|[^/]*$|[^/]*\/$)/.test(filter));

const qos = fc.constantFrom(0, 1, 2);
const packetIdentifier = fc.integer({ min: 1, max: 65_535 });
const uint16 = fc.integer({ min: 0, max: 65_535 });
const positive16 = fc.integer({ min: 1, max: 65_535 });
const uint32 = fc.integer({ min: 0, max: 4_294_967_295 });
const positive32 = fc.integer({ min: 1, max: 4_294_967_295 });
const subscriptionIdentifier = fc.integer({ min: 1, max: 268_435_455 });
const userProperties = fc.array(fc.tuple(arbitraryString, arbitraryString), { minLength: 1, maxLength: 4 });
const answer = { reasonString: arbitraryString, userProperties };

/** A record of some of `fields`; absent ones are left out. */
function some<Fields extends Record<string, fc.Arbitrary<unknown>>>(
  fields: Fields,
): fc.Arbitrary<{ [Name in keyof Fields]?: Fields[Name] extends fc.Arbitrary<infer Value> ? Value : never }> {
  return fc.record(fields, { requiredKeys: [] }) as never;
}

/** Absent in 3.1.1, and absent too when nothing is in it. */
function answered(
  fields: Record<string, fc.Arbitrary<unknown>>,
  version: ProtocolVersion,
): fc.Arbitrary<{ properties?: Properties }> {
  if (version < 5) return fc.constant({});
  return (some(fields) as fc.Arbitrary<Properties>).map((properties) =>
    Object.keys(properties).length === 0 ? {} : { properties },
  );
}

function requested(
  fields: Record<string, fc.Arbitrary<unknown>>,
  version: ProtocolVersion,
): fc.Arbitrary<Properties> {
  return version < 5 ? fc.constant({}) : (some(fields) as fc.Arbitrary<Properties>);
}

/** Authentication data comes with a method only. */
function withMethod(properties: Properties): Properties {
  if (properties.authenticationMethod === undefined) delete properties.authenticationData;
  return properties;
}

const authentication = { authenticationMethod: arbitraryString, authenticationData: arbitraryBytes };

export const arbitraryForwarded = some({
  payloadFormatIndicator: fc.constantFrom(0, 1),
  contentType: arbitraryString,
  responseTopic: arbitraryTopic,
  correlationData: arbitraryBytes,
  userProperties,
}) as fc.Arbitrary<Properties>;

function forwardedBytes(version: ProtocolVersion): fc.Arbitrary<Buffer> {
  return version < 5
    ? fc.constant(Buffer.alloc(0))
    : arbitraryForwarded.map((each) => encodeForwardedProperties(each));
}

function connect(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const will = fc.record({
    topic: arbitraryTopic,
    payload: arbitraryBytes,
    qos,
    retain: fc.boolean(),
    delayInterval: version < 5 ? fc.constant(0) : uint32,
    messageExpiryInterval: version < 5 ? fc.constant(undefined) : fc.option(uint32, { nil: undefined }),
    forwardedProperties: forwardedBytes(version),
  });
  const properties = requested(
    {
      ...authentication,
      sessionExpiryInterval: uint32,
      requestProblemInformation: fc.boolean(),
      requestResponseInformation: fc.boolean(),
      receiveMaximum: positive16,
      topicAliasMaximum: uint16,
      userProperties,
      maximumPacketSize: positive32,
    },
    version,
  ).map(withMethod);
  return fc
    .record({
      type: fc.constant(PacketType.CONNECT),
      protocolVersion: fc.constant(version),
      cleanStart: fc.boolean(),
      keepAlive: uint16,
      clientIdentifier: arbitraryString,
      username: fc.option(arbitraryString, { nil: undefined }),
      password: fc.option(arbitraryBytes, { nil: undefined }),
      will: fc.option(will, { nil: undefined }),
      properties,
    })
    .map((packet) => ({
      ...packet,
      clientIdentifier: version < 5 ? packet.clientIdentifier || 'c' : packet.clientIdentifier,
      password: version < 5 && packet.username === undefined ? undefined : packet.password,
    }));
}

function connack(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const code =
    version < 5 ? fc.constantFrom(0, 1, 2, 3, 4, 5) : fc.constantFrom(0, 0x80, 0x84, 0x87, 0x95, 0x9f);
  const properties = some({
    ...answer,
    ...authentication,
    sessionExpiryInterval: uint32,
    assignedClientIdentifier: arbitraryString,
    serverKeepAlive: uint16,
    responseInformation: arbitraryString,
    serverReference: arbitraryString,
    receiveMaximum: positive16,
    topicAliasMaximum: uint16,
    maximumQoS: fc.constantFrom(0, 1),
    retainAvailable: fc.boolean(),
    maximumPacketSize: positive32,
    wildcardSubscriptionAvailable: fc.boolean(),
    subscriptionIdentifiersAvailable: fc.boolean(),
    sharedSubscriptionAvailable: fc.boolean(),
  }) as fc.Arbitrary<Properties>;
  return fc.tuple(code, fc.boolean(), properties.map(withMethod)).map(([reasonCode, present, each]) => {
    const sessionPresent = present && reasonCode === 0 && version > 3;
    const packet = { type: PacketType.CONNACK, sessionPresent, reasonCode };
    return version < 5 ? packet : { ...packet, properties: each };
  });
}

function publish(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const isFive = version === 5;
  return fc
    .record({
      type: fc.constant(PacketType.PUBLISH),
      dup: fc.boolean(),
      qos,
      retain: fc.boolean(),
      topic: isFive ? fc.oneof(arbitraryTopic, fc.constant('')) : arbitraryTopic,
      packetIdentifier,
      topicAlias: isFive ? fc.oneof(fc.constant(0), positive16) : fc.constant(0),
      messageExpiryInterval: isFive ? fc.option(uint32, { nil: undefined }) : fc.constant(undefined),
      subscriptionIdentifiers: isFive
        ? fc.option(fc.array(subscriptionIdentifier, { minLength: 1, maxLength: 4 }), { nil: undefined })
        : fc.constant(undefined),
      forwardedProperties: forwardedBytes(version),
      payload: arbitraryBytes,
    })
    .map((packet) => ({
      ...packet,
      dup: packet.dup && packet.qos > 0,
      packetIdentifier: packet.qos > 0 ? packet.packetIdentifier : 0,
      topicAlias: packet.topic === '' ? packet.topicAlias || 1 : packet.topicAlias,
    }));
}

function acknowledgement(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const published = fc.constantFrom(0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
  const released = fc.constantFrom(0, 0x92);
  const typed = fc.oneof(
    fc.tuple(fc.constantFrom(PacketType.PUBACK, PacketType.PUBREC), published),
    fc.tuple(fc.constantFrom(PacketType.PUBREL, PacketType.PUBCOMP), released),
  );
  return fc
    .tuple(typed, packetIdentifier, answered(answer, version))
    .map(([[type, reasonCode], identifier, properties]) => ({
      type,
      packetIdentifier: identifier,
      reasonCode: version < 5 ? 0 : reasonCode,
      ...properties,
    }));
}

function subscribe(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const isFive = version === 5;
  const no = fc.constant(false);
  const subscription = fc
    .record({
      topicFilter: arbitraryFilter,
      qos,
      noLocal: isFive ? fc.boolean() : no,
      retainAsPublished: isFive ? fc.boolean() : no,
      retainHandling: isFive ? fc.constantFrom(0, 1, 2) : fc.constant(0),
    })
    .map((each) => ({ ...each, noLocal: each.noLocal && !each.topicFilter.startsWith('$share/') }));
  return fc.record({
    type: fc.constant(PacketType.SUBSCRIBE),
    packetIdentifier,
    subscriptions: fc.array(subscription, { minLength: 1, maxLength: 4 }),
    properties: requested(
      { subscriptionIdentifiers: subscriptionIdentifier.map((identifier) => [identifier]), userProperties },
      version,
    ),
  }) as fc.Arbitrary<Packet>;
}

function unsubscribe(version: ProtocolVersion): fc.Arbitrary<Packet> {
  return fc.record({
    type: fc.constant(PacketType.UNSUBSCRIBE),
    packetIdentifier,
    topicFilters: fc.array(arbitraryFilter, { minLength: 1, maxLength: 4 }),
    properties: requested({ userProperties }, version),
  });
}

function subscriptionAnswer(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const suback =
    version < 5 ? fc.constantFrom(0, 1, 2, 0x80) : fc.constantFrom(0, 1, 2, 0x80, 0x87, 0x8f, 0x9e, 0xa2);
  const unsuback = fc.constantFrom(0, 0x11, 0x80, 0x87);
  const several = { minLength: 1, maxLength: 5 };
  const typed = fc.oneof(
    fc.tuple(fc.constant(PacketType.SUBACK), fc.array<number>(suback, several)),
    fc.tuple(
      fc.constant(PacketType.UNSUBACK),
      version < 5 ? fc.constant<number[]>([]) : fc.array<number>(unsuback, several),
    ),
  );
  return fc
    .tuple(typed, packetIdentifier, answered(answer, version))
    .map(([[type, reasonCodes], identifier, properties]) => ({
      type,
      packetIdentifier: identifier,
      reasonCodes,
      ...properties,
    }));
}

function ping(): fc.Arbitrary<Packet> {
  return fc.constantFrom({ type: PacketType.PINGREQ }, { type: PacketType.PINGRESP });
}

function disconnect(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const fields = { ...answer, sessionExpiryInterval: uint32, serverReference: arbitraryString };
  return fc
    .tuple(fc.constantFrom(0, 4, 0x81, 0x8e, 0x9d, 0xa2), answered(fields, version))
    .map(([reasonCode, properties]) => ({
      type: PacketType.DISCONNECT,
      reasonCode: version < 5 ? 0 : reasonCode,
      ...properties,
    }));
}

function auth(): fc.Arbitrary<Packet> {
  return fc
    .tuple(
      fc.constantFrom(0, 0x18, 0x19),
      arbitraryString,
      some({ ...answer, authenticationData: arbitraryBytes }),
    )
    .map(([reasonCode, authenticationMethod, others]) => ({
      type: PacketType.AUTH,
      reasonCode,
      properties: { authenticationMethod, ...(others as Properties) },
    }));
}

/** Any valid packet that is not a CONNECT. */
export function arbitraryPacketAfterConnect(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const all = [
    connack,
    publish,
    acknowledgement,
    subscribe,
    unsubscribe,
    subscriptionAnswer,
    ping,
    disconnect,
  ];
  const arbitraries = all.map((each) => each(version));
  return fc.oneof(...(version < 5 ? arbitraries : [...arbitraries, auth()]));
}

/** Any valid packet of `version`, in the form in which the decoder gives it. */
export function arbitraryPacket(version: ProtocolVersion): fc.Arbitrary<Packet> {
  return fc.oneof(
    { arbitrary: arbitraryPacketAfterConnect(version), weight: 8 },
    { arbitrary: connect(version), weight: 2 },
  );
}
