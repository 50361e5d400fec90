import type { Message, QueuedMessage } from '@restante/broker';
import { type ShownMessage, toMessageView } from '../messages/message-view.ts';
import type { QueuedMessageView } from './queue.dto.ts';

/** A message of a queue, with so many bytes of its payload at the most. */
export function toQueuedView({ message, ...rest }: QueuedMessage, payloadBytes: number): QueuedMessageView {
  return { ...rest, message: message && toMessageView(shown(message), payloadBytes) };
}

function shown(message: Message): ShownMessage {
  const { topic, qos, retain, publishedAt, expiresAt, isComplete, payload, forwardedProperties } = message;
  return {
    ...{ topic, qos, retain, publishedAt, expiresAt },
    payload: isComplete ? payload : null,
    payloadBytes: payload.length,
    forwardedProperties: isComplete ? forwardedProperties : null,
  };
}
