import { protocolError } from '../errors.ts';
import type { Properties } from '../packets.ts';

/** @throws MqttError 0x82 for authentication data without a method (section 3.1.2.11.10) */
export function requireAuthenticationMethod(properties: Properties): void {
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw protocolError('Authentication data stands without an authentication method', 'section 3.1.2.11.10');
  }
}
