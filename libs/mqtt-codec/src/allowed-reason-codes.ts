import { protocolError } from './errors.ts';
import { PacketType } from './packets.ts';

interface Allowed {
  codes: ReadonlySet<number>;
  clause: string;
}

const publishAnswers = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const releaseAnswers = new Set([0x00, 0x92]);
const connectAnswers = new Set([
  0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a,
  0x9b, 0x9c, 0x9d, 0x9f,
]);
const subscribeAnswers = new Set([0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2]);
const unsubscribeAnswers = new Set([0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]);
const disconnectReasons = new Set([
  0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97,
  0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
]);

/** The reason codes that a packet may carry in MQTT 5.0 (tables 3-1 to 3-11). */
const allowed = {
  [PacketType.CONNACK]: { codes: connectAnswers, clause: 'MQTT-3.2.2-8' },
  [PacketType.PUBACK]: { codes: publishAnswers, clause: 'MQTT-3.4.2-1' },
  [PacketType.PUBREC]: { codes: publishAnswers, clause: 'MQTT-3.5.2-1' },
  [PacketType.PUBREL]: { codes: releaseAnswers, clause: 'MQTT-3.6.2-1' },
  [PacketType.PUBCOMP]: { codes: releaseAnswers, clause: 'MQTT-3.7.2-1' },
  [PacketType.SUBACK]: { codes: subscribeAnswers, clause: 'MQTT-3.9.3-2' },
  [PacketType.UNSUBACK]: { codes: unsubscribeAnswers, clause: 'MQTT-3.11.3-2' },
  [PacketType.DISCONNECT]: { codes: disconnectReasons, clause: 'MQTT-3.14.2-1' },
  [PacketType.AUTH]: { codes: new Set([0x00, 0x18, 0x19]), clause: 'MQTT-3.15.2-1' },
} as const satisfies Record<number, Allowed>;

/** The packets that carry a reason code. */
export type ReasonedType = keyof typeof allowed;

/** Whether a packet of `type` may carry `reasonCode`. */
export function mayCarry(type: ReasonedType, reasonCode: number): boolean {
  return allowed[type].codes.has(reasonCode);
}

/** @throws MqttError 0x82 when a packet of `type` must not carry `reasonCode` */
export function checkReceivedReasonCode(type: ReasonedType, reasonCode: number): void {
  const { codes, clause } = allowed[type];
  if (!codes.has(reasonCode)) throw protocolError(unknown(reasonCode), clause);
}

/** @throws RangeError when a packet of `type` must not carry `reasonCode` */
export function checkSentReasonCode(type: ReasonedType, reasonCode: number): void {
  if (!allowed[type].codes.has(reasonCode)) throw new RangeError(unknown(reasonCode));
}

function unknown(reasonCode: number): string {
  return `Reason code 0x${reasonCode.toString(16).padStart(2, '0')} is not one of this packet`;
}
