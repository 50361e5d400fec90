/**
 * A violation of MQTT, or a refusal in its terms: carries what goes on the wire and the clause it rests on.
 *
 * @param reasonCode an MQTT 5.0 reason code >= 0x80; 3.1.1 connections are closed (or get the nearest return code)
 * @param message a sentence for the reason string and the log; names no payload and no secret
 * @param clause the normative statement, such as "MQTT-3.1.2-24", or the section when the text has no tag
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
