/** Packets that many tests send, by hand: `5` in a name is MQTT 5.0, `3` is 3.1.1. */
import { packet, u16 } from './bytes.ts';

/** Packet types (section 2.1.2). */
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBACK = 9;
export const UNSUBACK = 11;
export const PINGRESP = 13;
export const DISCONNECT = 14;
export const AUTH = 15;

/** SUBSCRIBE of one filter. `options`: the subscription options byte; `properties`: with their length. */
export const subscribe5 = (identifier: number, filter: string, options = '01', properties = '00') =>
  packet('82', `${u16(identifier)} ${properties} "${filter}" ${options}`);

export const subscribe3 = (identifier: number, filter: string, qos = '01') =>
  packet('82', `${u16(identifier)} "${filter}" ${qos}`);

export const unsubscribe5 = (identifier: number, filter: string) =>
  packet('a2', `${u16(identifier)} 00 "${filter}"`);

export const unsubscribe3 = (identifier: number, filter: string) =>
  packet('a2', `${u16(identifier)} "${filter}"`);

/** PUBLISH with QoS 0. `properties`: with their length. */
export const publish5 = (topic: string, payload: string, properties = '00', firstByte = '30') =>
  packet(firstByte, `"${topic}" ${properties} <${payload}>`);

/** PUBLISH with QoS 1 (first byte 32) or 2 (34), with DUP (3a, 3c) or RETAIN (33, 35). */
export const publish5WithId = (
  firstByte: string,
  topic: string,
  identifier: number,
  payload: string,
  properties = '00',
) => packet(firstByte, `"${topic}" ${u16(identifier)} ${properties} <${payload}>`);

export const publish3 = (topic: string, payload: string, firstByte = '30') =>
  packet(firstByte, `"${topic}" <${payload}>`);

export const publish3WithId = (firstByte: string, topic: string, identifier: number, payload: string) =>
  packet(firstByte, `"${topic}" ${u16(identifier)} <${payload}>`);

export const puback = (identifier: number) => packet('40', u16(identifier));
export const pubrec = (identifier: number) => packet('50', u16(identifier));
export const pubrel = (identifier: number) => packet('62', u16(identifier));
export const pubcomp = (identifier: number) => packet('70', u16(identifier));

export const DISCONNECT_NORMALLY = packet('e0');
