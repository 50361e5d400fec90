import { encodeForwardedProperties } from '@restante/mqtt-codec';
import { DomainError } from '../errors.ts';
import type { MessageProperties } from './messages.dto.ts';

/** As they are sent on. @throws DomainError `invalid-request` */
export function forwardedPropertiesOf({
  contentType,
  responseTopic,
  correlationData,
  payloadFormatIndicator,
  userProperties,
}: Omit<MessageProperties, 'messageExpiryInterval'>): Buffer {
  if (userProperties?.some((pair) => pair.length !== 2 || pair.some((part) => typeof part !== 'string'))) {
    throw new DomainError('invalid-request', 'Each of userProperties must be a name and a value');
  }
  try {
    return encodeForwardedProperties({
      contentType,
      responseTopic,
      correlationData: correlationData === undefined ? undefined : Buffer.from(correlationData, 'base64'),
      payloadFormatIndicator,
      userProperties,
    });
  } catch (error) {
    throw new DomainError('invalid-request', (error as Error).message);
  }
}
