import { type BrokerUnderTest, type Connected } from './broker-under-test.ts';
import {
  publish3,
  publish3WithId,
  publish5,
  publish5WithId,
  SUBACK,
  subscribe3,
  subscribe5,
  unsubscribe3,
  unsubscribe5,
} from './packets.ts';
import { type Peer } from './peer.ts';
import { type ReceivedPacket } from './received-packet.ts';

/** What the two versions write differently, for the tests of what they have in common. */
export interface Dialect {
  version: 3 | 5;
  /** A session that ends with the connection. */
  connect(broker: BrokerUnderTest, clientId: string): Promise<Connected>;
  /** A session that stays (5.0: for an hour), and is resumed when it is there. */
  resume(broker: BrokerUnderTest, clientId: string): Promise<Connected>;
  subscribe(identifier: number, filter: string, qos: 0 | 1 | 2): Buffer;
  unsubscribe(identifier: number, filter: string): Buffer;
  /** QoS 0; first byte 31: with RETAIN. */
  publish(topic: string, payload: string, firstByte?: string): Buffer;
  /** QoS 1 (first byte 32) or 2 (34), with DUP (3a, 3c) or RETAIN (33, 35). */
  publishWithId(firstByte: string, topic: string, identifier: number, payload: string): Buffer;
  payloadOf(publish: ReceivedPacket): string;
}

const MQTT_5: Dialect = {
  version: 5,
  connect: (broker, clientId) => broker.connect5({ clientId }),
  resume: (broker, clientId) => broker.connect5({ clientId, flags: 0, properties: '11 00000e10' }),
  subscribe: (identifier, filter, qos) => subscribe5(identifier, filter, `0${qos}`),
  unsubscribe: unsubscribe5,
  publish: (topic, payload, firstByte = '30') => publish5(topic, payload, '00', firstByte),
  publishWithId: publish5WithId,
  payloadOf: ({ payload }) => payload,
};

const MQTT_3: Dialect = {
  version: 3,
  connect: (broker, clientId) => broker.connect3({ clientId }),
  resume: (broker, clientId) => broker.connect3({ clientId, flags: 0 }),
  subscribe: (identifier, filter, qos) => subscribe3(identifier, filter, `0${qos}`),
  unsubscribe: unsubscribe3,
  publish: publish3,
  publishWithId: publish3WithId,
  payloadOf: ({ payloadV3 }) => payloadV3,
};

/** For `describe.each`: name and dialect. */
export const DIALECTS: [name: string, dialect: Dialect][] = [
  ['5.0', MQTT_5],
  ['3.1.1', MQTT_3],
];

/** Subscribes and waits until that is granted. */
export async function subscribed(
  dialect: Dialect,
  peer: Peer,
  filter: string,
  qos: 0 | 1 | 2 = 1,
): Promise<void> {
  peer.send(dialect.subscribe(1, filter, qos));
  const granted = (await peer.receive(SUBACK)).reasonCodes(dialect.version);
  if (granted[0] !== qos) throw new Error(`Granted ${granted[0]}`);
}
