import type { ProtocolVersion } from '../../src/index.ts';
import { hex } from '../hex.ts';

/** One thing wrong with one packet, and what the decoder has to say about it. */
export interface Refusal {
  name: string;
  clause: string;
  reasonCode: number;
  /** undefined: as the first packet of a connection. */
  version: ProtocolVersion | undefined;
  bytes: Buffer;
}

/** Each of `texts` is a packet as {@link hex} reads it. */
type Refuse = (
  clause: string,
  name: string,
  reasonCode: number,
  version: ProtocolVersion | undefined,
  ...texts: string[]
) => void;

/** What `list` asks to be refused. */
export function refusals(list: (refuse: Refuse) => void): Refusal[] {
  const collected: Refusal[] = [];
  list((clause, name, reasonCode, version, ...texts) => {
    for (const text of texts) collected.push({ clause, name, reasonCode, version, bytes: hex(text) });
  });
  return collected;
}

/** `first` and `body` with a remaining length of one byte between them. */
export function sized(first: string, body: string): string {
  return `${first} ${lengthByte(body)} ${body}`;
}

/** `properties` with their length in front. */
export function block(properties: string): string {
  return `${lengthByte(properties)} ${properties}`;
}

/** `text` as a UTF-8 encoded string. */
export function string(text: string): string {
  return `00 ${lengthByte(`'${text}'`)} '${text}'`;
}

/** A CONNECT: protocol name and level, then `body`; `first` is the fixed header's first byte. */
export function connect(nameAndLevel: string, body: string, first = '10'): string {
  return sized(first, `${nameAndLevel} ${body}`);
}

/** Protocol names and levels. */
export const V31 = "00 06 'MQIsdp' 03";
export const V4 = "00 04 'MQTT' 04";
export const V5 = "00 04 'MQTT' 05";

/** A client identifier. */
export const ID = "00 02 'c1'";

function lengthByte(text: string): string {
  const { length } = hex(text);
  if (length > 127) throw new Error('Longer than one byte of length can tell');
  return length.toString(16).padStart(2, '0');
}
