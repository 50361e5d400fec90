import { type Message, type QueuedMessage } from '@restante/broker';
import { decodeForwardedProperties, isUtf8 } from '@restante/mqtt-codec';
import { type MessageView, type QueuedMessageView } from './queue.dto.ts';

/** A message of a queue, with so many bytes of its payload at the most. */
export function toQueuedView({ message, ...rest }: QueuedMessage, payloadBytes: number): QueuedMessageView {
  return { ...rest, message: message && toMessageView(message, payloadBytes) };
}

function toMessageView(message: Message, payloadBytes: number): MessageView {
  const { topic, qos, retain, payload, isComplete, publishedAt, expiresAt } = message;
  const encoding = isComplete && isUtf8(payload) ? 'utf8' : 'base64';
  const shown = payload.subarray(
    0,
    encoding === 'utf8' ? wholeCharacters(payload, payloadBytes) : payloadBytes,
  );
  return {
    ...{ topic, qos, retain, encoding },
    payload: isComplete ? shown.toString(encoding) : null,
    payloadBytes: isComplete ? payload.length : null,
    isTruncated: shown.length < payload.length,
    publishedAt: new Date(publishedAt).toISOString(),
    expiresAt: expiresAt === 0 ? null : new Date(expiresAt).toISOString(),
    ...propertiesOf(message),
  };
}

/** As many bytes, up to the limit, as end between two characters of UTF-8: continuations begin with the bits 10. */
function wholeCharacters(bytes: Buffer, limit: number): number {
  let end = Math.min(limit, bytes.length);
  while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) === 0x80) end--;
  return end;
}

function propertiesOf({ isComplete, forwardedProperties }: Message) {
  const properties = isComplete ? decodeForwardedProperties(forwardedProperties) : {};
  const { contentType = null, responseTopic = null, correlationData, userProperties = [] } = properties;
  return {
    contentType,
    responseTopic,
    correlationData: correlationData?.toString('base64') ?? null,
    userProperties: userProperties.map(([name, value]) => ({ name, value })),
  };
}
