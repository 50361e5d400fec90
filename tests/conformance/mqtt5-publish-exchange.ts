/** Steps that the tests of MQTT 5.0, sections 3.3 to 3.7, share. */
import type { BrokerUnderTest, ConnectParts } from './broker-under-test.ts';
import { bytes } from './bytes.ts';
import {
  DISCONNECT,
  DISCONNECT_NORMALLY,
  PUBACK,
  puback,
  PUBCOMP,
  pubcomp,
  PUBLISH,
  publish5,
  publish5WithId,
  PUBREC,
  pubrec,
  PUBREL,
  pubrel,
  SUBACK,
  subscribe5,
} from './packets.ts';
import { type Peer, PINGREQ } from './peer.ts';
import type { ReceivedPacket } from './received-packet.ts';

/** A session expiry interval, as a property. */
export const AN_HOUR = '11 00000e10';

/** Property identifiers (section 2.2.2.2). */
export const MESSAGE_EXPIRY_INTERVAL = 0x02;
export const SUBSCRIPTION_IDENTIFIER = 0x0b;
export const TOPIC_ALIAS_MAXIMUM = 0x22;
export const TOPIC_ALIAS = 0x23;

/** Properties with their length in front. */
export function withLength(properties: string): string {
  const content = bytes(properties);
  const length: number[] = [];
  for (let rest = content.length; length.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) + (rest >= 128 ? 128 : 0));
  }
  return Buffer.concat([Buffer.from(length), content]).toString('hex');
}

/** Subscribes, and fails when the QoS is not granted as asked. */
export async function subscribe(
  peer: Peer,
  filter: string,
  options = '01',
  properties = '00',
): Promise<void> {
  peer.send(subscribe5(0x7001, filter, options, properties));
  const suback = await peer.receive(SUBACK);
  expect(suback.reasonCodes(5)).toEqual([Number(`0x${options}`) & 3]);
}

/** A connection with one subscription. */
export async function subscriber(
  broker: BrokerUnderTest,
  clientId: string,
  filter: string,
  options?: string,
  parts?: ConnectParts,
): Promise<Peer> {
  const { peer } = await broker.connect5({ clientId, ...parts });
  await subscribe(peer, filter, options);
  return peer;
}

/** What of a publication is not as plain as can be. */
export interface PublishParts {
  /** 1 by default. */
  qos?: 0 | 1 | 2;
  retain?: boolean;
  /** Without their length. */
  properties?: string;
}

/** Publishes, and waits until every session has the message, and the exchange is over. */
export async function publish(
  peer: Peer,
  topic: string,
  payload: string,
  { qos = 1, retain = false, properties = '' }: PublishParts = {},
): Promise<void> {
  const firstByte = (0x30 | (qos << 1) | Number(retain)).toString(16);
  if (qos === 0) {
    peer.send(publish5(topic, payload, withLength(properties), firstByte));
    expect(await peer.takeUntilPingAnswer()).toEqual([]);
    return;
  }
  peer.send(publish5WithId(firstByte, topic, 0x7002, payload, withLength(properties)));
  const answer = await peer.receive(qos === 1 ? PUBACK : PUBREC);
  expect(answer.packetIdentifier).toBe(0x7002);
  expect(answer.reasonCode).toBeLessThan(0x80);
  if (qos === 1) return;
  peer.send(pubrel(0x7002));
  expect((await peer.receive(PUBCOMP)).packetIdentifier).toBe(0x7002);
}

/** Acknowledges a message; the exchange of a QoS 2 one to its end. */
export async function acknowledge(peer: Peer, { qos, packetIdentifier }: ReceivedPacket): Promise<void> {
  if (qos === 1) peer.send(puback(packetIdentifier));
  if (qos !== 2) return;
  peer.send(pubrec(packetIdentifier));
  expect((await peer.receive(PUBREL)).packetIdentifier).toBe(packetIdentifier);
  peer.send(pubcomp(packetIdentifier));
}

/** The next packet, which is a message, and is acknowledged. Only where one message at a time is on its way. */
export async function nextMessage(peer: Peer): Promise<ReceivedPacket> {
  const message = await peer.receive(PUBLISH);
  await acknowledge(peer, message);
  return message;
}

/**
 * The messages before the one with payload `end`, all of which are acknowledged.
 *
 * @param atLeast so many are awaited, before `end` or behind it: for messages that have no order
 */
export async function messagesUntilEnd(peer: Peer, atLeast = 0): Promise<ReceivedPacket[]> {
  const messages: ReceivedPacket[] = [];
  let hasEnded = false;
  while (!hasEnded || messages.length < atLeast) {
    const next = await peer.next();
    if (next?.type === PUBREL) {
      peer.send(pubcomp(next.packetIdentifier));
      continue;
    }
    if (next?.type !== PUBLISH) throw new Error(`Not a PUBLISH but ${next?.hex ?? 'the end'}`);
    if (next.qos === 1) peer.send(puback(next.packetIdentifier));
    if (next.qos === 2) peer.send(pubrec(next.packetIdentifier));
    if (next.payload === 'end') hasEnded = true;
    else messages.push(next);
  }
  return messages;
}

export async function payloadsUntilEnd(peer: Peer): Promise<string[]> {
  return (await messagesUntilEnd(peer)).map(({ payload }) => payload);
}

/** Ends the connection as a client does that will return, and waits until the broker knows it. */
export async function leave(peer: Peer): Promise<void> {
  peer.send(DISCONNECT_NORMALLY);
  await peer.untilClosed();
}

/** The next packet is DISCONNECT, and the end. @returns its reason code */
export async function reasonOfDisconnect(peer: Peer): Promise<number> {
  const disconnect = await peer.receive(DISCONNECT);
  expect(await peer.next()).toBeNull();
  return disconnect.reasonCode;
}

/** Sends bytes on a connection of its own. @returns the reason for which the broker then closed it */
export async function reasonOfViolation(broker: BrokerUnderTest, ...sent: Buffer[]): Promise<number> {
  const { peer } = await broker.connect5({ clientId: 'violator' });
  // A broker that sees no violation answers at once.
  peer.send(...sent, PINGREQ);
  return reasonOfDisconnect(peer);
}

/** Waits for the broker to close a connection that is silent for one and a half times this keep alive. */
export async function passTime(broker: BrokerUnderTest, keepAliveSeconds: number): Promise<void> {
  const keepAlive = keepAliveSeconds.toString(16).padStart(4, '0');
  const { peer } = await broker.connect5({ clientId: 'clock', keepAlive });
  await peer.untilClosed();
}
