import { ReasonCode } from './reason-codes.ts';

/**
 * A violation of MQTT, or a refusal in its terms: carries what goes on the wire and the clause it rests on.
 *
 * @param reasonCode an MQTT 5.0 reason code >= 0x80; 3.1.1 connections are closed (or get the nearest return code)
 * @param message a sentence for the reason string and the log; names no payload and no secret
 * @param clause the normative statement of MQTT 5.0, such as "MQTT-3.1.2-24"; prefixed "v3 " where only 3.1.1 has the
 *   rule; "section" and its number when the text has no tag
 */
export class MqttError extends Error {
  override readonly name = 'MqttError';

  constructor(
    readonly reasonCode: number,
    message: string,
    readonly clause: string,
  ) {
    super(message);
  }
}

/** The bytes cannot be parsed as the specification says (0x81, section 4.13.1). */
export function malformedPacket(message: string, clause: string): MqttError {
  return new MqttError(ReasonCode.MALFORMED_PACKET, message, clause);
}

/** The bytes can be parsed but say what the protocol does not allow (0x82, section 4.13.1). */
export function protocolError(message: string, clause: string): MqttError {
  return new MqttError(ReasonCode.PROTOCOL_ERROR, message, clause);
}
