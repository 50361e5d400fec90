export * from './packets.ts';
export { mayCarry } from './allowed-reason-codes.ts';
export { ConnectReturnCode, ReasonCode } from './reason-codes.ts';
export { MqttError } from './errors.ts';
export { PacketDecoder, type PacketDecoderOptions } from './decoder.ts';
export { encode, encodeWithin, PINGREQ_BYTES, PINGRESP_BYTES } from './encoder.ts';
export { type OutgoingPublish, publishLength, writePublish } from './encode/publish.ts';
export { MAXIMUM_ACKNOWLEDGEMENT_LENGTH, writeAcknowledgement } from './encode/acknowledgement.ts';
export {
  decodeForwardedProperties,
  encodeForwardedProperties,
  type ForwardedProperties,
} from './properties.ts';
export {
  matches,
  parseSharedFilter,
  type SharedFilter,
  validateTopicFilter,
  validateTopicName,
} from './topics.ts';
export { isUtf8 } from './wire/utf8.ts';
