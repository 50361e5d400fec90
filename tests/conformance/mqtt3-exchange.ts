/** Steps that the tests of MQTT 3.1.1 share. */
import { u16 } from './bytes.ts';
import type { BrokerUnderTest, ConnectParts } from './broker-under-test.ts';
import {
  PUBACK,
  puback,
  PUBCOMP,
  PUBLISH,
  publish3,
  publish3WithId,
  PUBREC,
  pubrel,
  SUBACK,
  subscribe3,
} from './packets.ts';
import type { Peer } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

/** Connect flags, each with clean session; will flags as in section 3.1.2.3. */
export const RESUME = 0x00;
export const WILL = 0x06;
export const WILL_QOS_1 = 0x0e;
export const WILL_RETAIN = 0x26;

/** The notation of a text given by its bytes, with their length in front. */
export function text(hex: string): string {
  return `${u16(hex.length / 2)} ${hex}`;
}

/** SUBACK for one filter; fails when it was not granted as asked. */
export async function subscribe(peer: Peer, filter: string, qos: '00' | '01' | '02' = '01'): Promise<void> {
  peer.send(subscribe3(0x7001, filter, qos));
  const suback = await peer.receive(SUBACK);
  expect(suback.hex).toBe(`90 7001${qos}`);
}

/** A connection with one subscription. */
export async function subscriber(
  broker: BrokerUnderTest,
  clientId: string,
  filter: string,
  qos?: '00' | '01' | '02',
  parts?: ConnectParts,
): Promise<Peer> {
  const { peer } = await broker.connect3({ clientId, ...parts });
  await subscribe(peer, filter, qos);
  return peer;
}

/** Publishes with QoS 1, and waits for PUBACK: then the message has reached every session that it is for. */
export async function publish(peer: Peer, topic: string, payload: string, firstByte = '32'): Promise<void> {
  peer.send(publish3WithId(firstByte, topic, 0x7002, payload));
  expect((await peer.receive(PUBACK)).hex).toBe('40 7002');
}

/** Publishes with QoS 2, and completes the exchange. */
export async function publishQoS2(
  peer: Peer,
  topic: string,
  payload: string,
  firstByte = '34',
): Promise<void> {
  peer.send(publish3WithId(firstByte, topic, 0x7003, payload));
  expect((await peer.receive(PUBREC)).hex).toBe('50 7003');
  peer.send(pubrel(0x7003));
  expect((await peer.receive(PUBCOMP)).hex).toBe('70 7003');
}

/** A QoS 0 publication that is handled when this resolves. */
export async function publishQoS0(
  peer: Peer,
  topic: string,
  payload: string,
  firstByte?: string,
): Promise<void> {
  peer.send(publish3(topic, payload, firstByte));
  expect(await peer.takeUntilPingAnswer()).toEqual([]);
}

/** A message as tests compare it. */
export function seen({ topic, qos, retain, payloadV3 }: ReceivedPacket) {
  return { topic, qos, retain, payload: payloadV3 };
}

/**
 * PUBLISH packets up to one whose payload is `last`, that one left out. QoS 1 ones are acknowledged.
 * `last` is published by the test when everything that might come before it is on its way.
 */
export async function receiveUntil(peer: Peer, last: string): Promise<ReceivedPacket[]> {
  const before: ReceivedPacket[] = [];
  for (;;) {
    const next = await peer.receive(PUBLISH);
    if (next.qos === 1) peer.send(puback(next.packetIdentifier));
    if (next.payloadV3 === last) return before;
    before.push(next);
  }
}

/** The payloads of {@link receiveUntil}. */
export async function payloadsUntil(peer: Peer, last: string): Promise<string[]> {
  return (await receiveUntil(peer, last)).map(({ payloadV3 }) => payloadV3);
}

/** Sends bytes on an accepted connection of its own; what came until the broker closed it. */
export async function answersToViolation(broker: BrokerUnderTest, ...sent: Buffer[]): Promise<string[]> {
  const { peer } = await broker.connect3({ clientId: 'violator' });
  peer.send(...sent);
  return (await peer.untilClosed()).map(({ hex }) => hex);
}

/** Sends bytes on a new connection; what came until the broker closed it. */
export async function answersToRefused(broker: BrokerUnderTest, ...sent: Buffer[]): Promise<string[]> {
  const peer = await broker.open();
  peer.send(...sent);
  return (await peer.untilClosed()).map(({ hex }) => hex);
}
