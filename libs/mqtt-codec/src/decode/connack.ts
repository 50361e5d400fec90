import { checkReceivedReasonCode } from '../allowed-reason-codes.ts';
import { malformedPacket, protocolError } from '../errors.ts';
import { type ConnackPacket, PacketType, type ProtocolVersion } from '../packets.ts';
import { decodeProperties } from '../properties.ts';
import type { Reader } from '../wire/reader.ts';
import { ConnectReturnCode } from '../reason-codes.ts';
import { requireAuthenticationMethod } from './authentication.ts';

/** Section 3.2. MQTT 3.1 has no session present flag: its byte is reserved and passed over. */
export function decodeConnack(reader: Reader, version: ProtocolVersion): ConnackPacket {
  const acknowledgeFlags = reader.byte();
  if (version > 3 && acknowledgeFlags > 1) {
    throw malformedPacket('A reserved connect acknowledge flag is set', 'MQTT-3.2.2-1');
  }
  const sessionPresent = version > 3 && acknowledgeFlags === 1;
  const reasonCode = reader.byte();
  checkCode(reasonCode, version);
  if (sessionPresent && reasonCode !== 0) {
    throw protocolError('A refusing CONNACK has session present set', 'MQTT-3.2.2-6');
  }
  if (version < 5) return { type: PacketType.CONNACK, sessionPresent, reasonCode };
  const properties = decodeProperties(reader, PacketType.CONNACK);
  requireAuthenticationMethod(properties);
  return { type: PacketType.CONNACK, sessionPresent, reasonCode, properties };
}

function checkCode(code: number, version: ProtocolVersion): void {
  if (version === 5) checkReceivedReasonCode(PacketType.CONNACK, code);
  else if (code > ConnectReturnCode.NOT_AUTHORIZED) {
    throw protocolError('A CONNACK has a reserved return code', 'v3 MQTT-3.2.2-6');
  }
}
