/**
 * The control packets of MQTT 3.1.1 and 5.0 as plain values (MQTT 5.0 chapter 3).
 *
 * One set of types serves both versions: what a version does not have is `undefined` (properties), or 0 where
 * zero means success in both (reason codes of acknowledgements).
 */

/** Protocol level on the wire: 3 = MQTT 3.1 (MQIsdp), 4 = MQTT 3.1.1, 5 = MQTT 5.0. */
export type ProtocolVersion = 3 | 4 | 5;

export type QoS = 0 | 1 | 2;

/** Control packet type, the upper four bits of the first byte (MQTT 5.0 section 2.1.2). */
export const PacketType = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
  AUTH: 15,
} as const;
export type PacketType = (typeof PacketType)[keyof typeof PacketType];

/** Properties of MQTT 5.0 by their names (section 2.2.2.2). Intervals are in seconds, sizes in bytes. */
export interface Properties {
  payloadFormatIndicator?: 0 | 1;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  /** Several in a PUBLISH to a client, at most one in a SUBSCRIBE; each 1 to 268,435,455. */
  subscriptionIdentifiers?: number[];
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Buffer;
  requestProblemInformation?: boolean;
  willDelayInterval?: number;
  requestResponseInformation?: boolean;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQoS?: 0 | 1;
  retainAvailable?: boolean;
  userProperties?: [name: string, value: string][];
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: boolean;
  subscriptionIdentifiersAvailable?: boolean;
  sharedSubscriptionAvailable?: boolean;
}

/** A will as CONNECT carries it (MQTT 5.0 section 3.1.3.2). */
export interface WillPacketPart {
  topic: string;
  payload: Buffer;
  qos: QoS;
  retain: boolean;
  /** Seconds; 0 when absent. */
  delayInterval: number;
  /** Seconds; undefined when absent: the message does not expire. */
  messageExpiryInterval: number | undefined;
  /** Wire bytes of the properties a server forwards unaltered, as in {@link PublishPacket}. */
  forwardedProperties: Buffer;
}

export interface ConnectPacket {
  type: typeof PacketType.CONNECT;
  protocolVersion: ProtocolVersion;
  cleanStart: boolean;
  /** Seconds; 0 = no keep alive. */
  keepAlive: number;
  /** Empty when the client leaves the choice to the server. */
  clientIdentifier: string;
  username: string | undefined;
  password: Buffer | undefined;
  will: WillPacketPart | undefined;
  properties: Properties;
}

export interface ConnackPacket {
  type: typeof PacketType.CONNACK;
  sessionPresent: boolean;
  /** 5.0: a reason code; 3.1.1: a return code (0 to 5). */
  reasonCode: number;
  properties?: Properties;
}

/**
 * A PUBLISH, cut so that forwarding needs no understanding: what a server must look at or change stands alone,
 * the rest of the properties stays bytes.
 */
export interface PublishPacket {
  type: typeof PacketType.PUBLISH;
  dup: boolean;
  qos: QoS;
  retain: boolean;
  /** Empty only in 5.0 with a topic alias. */
  topic: string;
  /** 1 to 65,535; 0 with QoS 0. */
  packetIdentifier: number;
  /** 1 to 65,535; 0 when absent. */
  topicAlias: number;
  /** Seconds; undefined when absent. */
  messageExpiryInterval: number | undefined;
  /** Only in PUBLISH packets to a client; undefined otherwise. */
  subscriptionIdentifiers: readonly number[] | undefined;
  /**
   * Wire bytes (without the length in front) of payload format indicator, content type, response topic,
   * correlation data and user properties, in their order: exactly what [MQTT-3.3.2-17], [MQTT-3.3.2-20] and their
   * like make a server forward unaltered. Empty in 3.1.1.
   */
  forwardedProperties: Buffer;
  payload: Buffer;
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP share their shape (sections 3.4 to 3.7). */
export interface AcknowledgementPacket {
  type:
    | typeof PacketType.PUBACK
    | typeof PacketType.PUBREC
    | typeof PacketType.PUBREL
    | typeof PacketType.PUBCOMP;
  packetIdentifier: number;
  /** 0 (success) in 3.1.1. */
  reasonCode: number;
  properties?: Properties;
}

/** One topic filter of a SUBSCRIBE with its options (MQTT 5.0 section 3.8.3.1). */
export interface SubscriptionRequest {
  topicFilter: string;
  qos: QoS;
  noLocal: boolean;
  retainAsPublished: boolean;
  /** 0 send retained messages, 1 only for a new subscription, 2 never. */
  retainHandling: 0 | 1 | 2;
}

export interface SubscribePacket {
  type: typeof PacketType.SUBSCRIBE;
  packetIdentifier: number;
  subscriptions: SubscriptionRequest[];
  properties: Properties;
}

export interface SubackPacket {
  type: typeof PacketType.SUBACK;
  packetIdentifier: number;
  reasonCodes: number[];
  properties?: Properties;
}

export interface UnsubscribePacket {
  type: typeof PacketType.UNSUBSCRIBE;
  packetIdentifier: number;
  topicFilters: string[];
  properties: Properties;
}

export interface UnsubackPacket {
  type: typeof PacketType.UNSUBACK;
  packetIdentifier: number;
  /** Not written in 3.1.1. */
  reasonCodes: number[];
  properties?: Properties;
}

export interface PingreqPacket {
  type: typeof PacketType.PINGREQ;
}

export interface PingrespPacket {
  type: typeof PacketType.PINGRESP;
}

export interface DisconnectPacket {
  type: typeof PacketType.DISCONNECT;
  /** 0 (normal disconnection) in 3.1.1. */
  reasonCode: number;
  properties?: Properties;
}

export interface AuthPacket {
  type: typeof PacketType.AUTH;
  reasonCode: number;
  properties: Properties;
}

export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AcknowledgementPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;
