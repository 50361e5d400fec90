import { ConnectReturnCode, ReasonCode } from '@restante/mqtt-codec';

/** The return code of 3.1.1 (section 3.2.2.3) that says the most of a 5.0 reason code. */
export function returnCodeOf(reasonCode: number): number {
  switch (reasonCode) {
    case ReasonCode.UNSUPPORTED_PROTOCOL_VERSION:
      return ConnectReturnCode.UNACCEPTABLE_PROTOCOL_VERSION;
    case ReasonCode.CLIENT_IDENTIFIER_NOT_VALID:
      return ConnectReturnCode.IDENTIFIER_REJECTED;
    case ReasonCode.BAD_USER_NAME_OR_PASSWORD:
      return ConnectReturnCode.BAD_USER_NAME_OR_PASSWORD;
    case ReasonCode.NOT_AUTHORIZED:
    case ReasonCode.QOS_NOT_SUPPORTED:
    case ReasonCode.RETAIN_NOT_SUPPORTED:
    case ReasonCode.BANNED:
      return ConnectReturnCode.NOT_AUTHORIZED;
    default:
      return ConnectReturnCode.SERVER_UNAVAILABLE;
  }
}
