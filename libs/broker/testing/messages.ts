import { Message, type Publication } from '../src/message.ts';

let order = 0;

/** A message with what the test does not care about filled in. Each has the next position in the order. */
export function aMessage(fields: Partial<Publication> & { subscriptionIdentifier?: number } = {}): Message {
  const { subscriptionIdentifier, ...publication } = fields;
  return new Message(
    {
      topic: 'a',
      payload: Buffer.from('payload'),
      qos: 1,
      retain: false,
      forwardedProperties: Buffer.alloc(0),
      publishedAt: 1_000,
      expiresAt: 0,
      publisherSessionId: 0,
      ...publication,
    },
    ++order,
    subscriptionIdentifier,
  );
}
